//! Without `#[tenant_scoped]` on the model Diesel has the word.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[derive(Identifiable, AsChangeset, Queryable)]
struct Order {
    id: i32,
    title: String,
}

fn rename(order: &Order, db: &mut SqliteConnection) -> QueryResult<Order> {
    order.save_changes(db)
}

fn main() {
    let _ = rename;
}
