//! Two attributes on a derive's struct.

use diesel::prelude::*;
use schema::orders;
use tenancy::TenantScoped;

#[path = "../../support/schema.rs"]
mod schema;

#[derive(Queryable, Selectable, TenantScoped)]
#[diesel(table_name = orders)]
#[tenant_scoped(column = "tenant_id")]
#[tenant_scoped(column = "org_id")]
struct Order {
    id: i32,
}

fn main() {}
