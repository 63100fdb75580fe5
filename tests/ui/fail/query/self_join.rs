//! A table is in a query once: a second time needs an alias.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let other = orders::table.on(orders::customer_id.eq(orders::id));
    let _ = orders::table.inner_join(other);
}
