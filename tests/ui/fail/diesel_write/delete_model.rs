//! A model has a key, and not the tenant.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[derive(Identifiable)]
struct Order {
    id: i32,
}

fn main() {
    let order = Order { id: 1 };
    let _ = diesel::delete(&order);
}
