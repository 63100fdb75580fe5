//! The same beside the derive.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[derive(Queryable, Selectable, tenancy::TenantScoped)]
#[diesel(table_name = orders)]
#[tenant_scoped(without_column)]
struct Order {
    id: i32,
}

fn main() {}
