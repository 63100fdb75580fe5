//! `limit` would be lost on the way to UPDATE.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = tenancy::update(orders::table.limit(1)).set(orders::title.eq("mine"));
}
