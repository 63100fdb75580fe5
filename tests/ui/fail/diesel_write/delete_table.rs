//! Diesel's `delete` of a whole table would empty it for every tenant.

use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = diesel::delete(orders::table);
}
