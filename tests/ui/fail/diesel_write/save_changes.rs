//! `save_changes` finds the row by its primary key alone.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[derive(Identifiable, AsChangeset, Queryable)]
struct Order {
    id: i32,
    title: String,
}

fn rename(order: &Order, db: &mut SqliteConnection) -> QueryResult<()> {
    let _: (i32, String, i32, String) = order.save_changes(db)?;
    Ok(())
}

fn main() {
    let _ = rename;
}
