//! A primary key is unique within one tenant only.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = diesel::update(orders::table.find(1)).set(orders::title.eq("mine"));
}
