//! The same through diesel-async.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

use diesel_async::SaveChangesDsl as _;

#[derive(Identifiable, AsChangeset, Queryable, Selectable)]
struct Order {
    id: i32,
    title: String,
}

async fn rename(order: &Order, mut db: tenancy::postgres::TenantDb) -> QueryResult<Order> {
    order.save_changes(&mut db).await
}

fn main() {
    let _ = rename;
}
