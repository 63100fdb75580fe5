//! The derive form does not see the other derives; the column stops it.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[derive(Insertable, tenancy::TenantScoped)]
#[diesel(table_name = orders)]
struct NewOrder {
    tenant_id: String,
    title: String,
}

fn main() {}
