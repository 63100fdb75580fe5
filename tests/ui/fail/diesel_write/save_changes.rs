//! On a scoped model `save_changes` is a method that cannot be called.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[tenancy::tenant_scoped]
#[derive(Identifiable, AsChangeset, Queryable, Selectable)]
struct Order {
    id: i32,
    title: String,
}

fn rename(order: &Order, db: &mut SqliteConnection) -> QueryResult<Order> {
    let renamed: Order = order.save_changes(db)?;
    Ok(renamed)
}

fn main() {
    let _ = rename;
}
