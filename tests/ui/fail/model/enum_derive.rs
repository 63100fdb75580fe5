//! A row has fields.

use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[derive(tenancy::TenantScoped)]
enum Order {
    Open,
}

fn main() {
    let _ = (orders::table, Order::Open);
}
