//! MySQL knows no conflict by its columns: `on_conflict_do_nothing` skips them all.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use schema::orders;
use tenancy::mysql::TenantDb;

#[path = "../../support/schema.rs"]
mod schema;

async fn save(mut db: TenantDb) -> QueryResult<usize> {
    let insert = tenancy::insert_into(orders::table).values(orders::title.eq("tea"));
    insert.on_conflict(orders::id).do_nothing().execute(&mut db).await
}

fn main() {
    let _ = save;
}
