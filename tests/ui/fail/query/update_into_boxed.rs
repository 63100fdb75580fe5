//! An update is not boxed: what is filtered by when the program runs is a boxed expression.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = tenancy::update(orders::table).set(orders::title.eq("mine")).into_boxed();
}
