//! Diesel's `update` of a whole table would change every tenant's rows.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = diesel::update(orders::table).set(orders::title.eq("mine"));
}
