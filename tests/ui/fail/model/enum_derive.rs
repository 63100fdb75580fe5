//! A row has fields.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[derive(tenancy::TenantScoped)]
#[diesel(table_name = orders)]
enum Order {
    Open,
}

fn main() {
    let _ = (orders::table, Order::Open);
}
