//! A conflict with a partial index has no form: `filter_target` is a method of Diesel's own targets.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let insert = tenancy::insert_into(orders::table).values(orders::title.eq("tea"));
    let _ = insert.on_conflict(orders::id).filter_target(orders::title.eq("tea")).do_nothing();
}
