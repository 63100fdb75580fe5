//! MySQL has no RETURNING.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use schema::orders;
use tenancy::mysql::TenantDb;

#[path = "../../support/schema.rs"]
mod schema;

#[tenancy::tenant_scoped]
#[derive(Queryable, Selectable)]
struct Order {
    id: i32,
    title: String,
}

async fn add(mut db: TenantDb) -> QueryResult<Order> {
    Order::create((orders::customer_id.eq(1), orders::title.eq("tea"))).get_result(&mut db).await
}

fn main() {
    let _ = add;
}
