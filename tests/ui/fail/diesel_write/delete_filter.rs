//! A filter says which rows, not whose.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = diesel::delete(orders::table.filter(orders::id.eq(1)));
}
