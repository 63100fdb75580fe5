//! A model that says it is scoped, on a table that is not.

use diesel::prelude::*;
use schema::countries;

#[path = "../../support/schema.rs"]
mod schema;

#[derive(Queryable, Selectable, tenancy::TenantScoped)]
#[diesel(table_name = countries)]
struct Country {
    code: String,
}

fn main() {}
