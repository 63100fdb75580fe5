//! The same through diesel-async.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

use diesel_async::SaveChangesDsl as _;

#[tenancy::tenant_scoped]
#[derive(Identifiable, AsChangeset, Queryable, Selectable)]
struct Order {
    id: i32,
    title: String,
}

async fn rename(order: &Order, mut db: tenancy::postgres::TenantDb) -> QueryResult<Order> {
    order.save_changes::<Order>(&mut db).await
}

fn main() {
    let _ = rename;
}
