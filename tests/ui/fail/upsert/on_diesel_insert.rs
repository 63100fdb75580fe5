//! Diesel's `do_nothing` and `do_update` are on Diesel's insert; ours has its own.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let insert = diesel::insert_into(orders::table).values(orders::id.eq(1));
    let _ = insert.on_conflict(orders::id).do_update().set(orders::tenant_id.eq("other"));
}
