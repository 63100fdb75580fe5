//! What an upsert changes is narrowed, not widened.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let insert = tenancy::insert_into(orders::table).values(orders::title.eq("tea"));
    let upsert = insert.on_conflict(orders::id).do_update().set(orders::title.eq("tea"));
    let _ = upsert.or_filter(orders::id.eq(1));
}
