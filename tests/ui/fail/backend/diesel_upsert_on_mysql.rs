//! Diesel's own upsert of a tenant's table: on MySQL there is none, elsewhere it is refused when it runs.

use diesel::dsl::DuplicatedKeys;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use schema::orders;
use tenancy::mysql::TenantDb;

#[path = "../../support/schema.rs"]
mod schema;

async fn save(mut db: TenantDb) -> QueryResult<usize> {
    let insert = diesel::insert_into(orders::table).values(orders::title.eq("tea"));
    insert.on_conflict(DuplicatedKeys).do_nothing().execute(&mut db).await
}

fn main() {
    let _ = save;
}
