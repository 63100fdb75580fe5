//! A model that says it is scoped, on a table that is not.

use diesel::prelude::*;
use schema::countries;

#[path = "../../support/schema.rs"]
mod schema;

#[tenancy::tenant_scoped]
#[derive(Queryable, Selectable)]
#[diesel(table_name = countries)]
struct Country {
    code: String,
}

fn main() {}
