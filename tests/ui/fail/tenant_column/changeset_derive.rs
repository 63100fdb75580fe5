//! The derive form does not see the other derives; the column stops it.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[derive(AsChangeset, tenancy::TenantScoped)]
#[diesel(table_name = orders)]
struct Change {
    tenant_id: String,
    title: String,
}

fn main() {}
