//! `query` needs to know what to select.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[tenancy::tenant_scoped]
#[derive(Queryable)]
struct Order {
    id: i32,
}

fn main() {
    let _ = Order::query::<diesel::pg::Pg>();
}
