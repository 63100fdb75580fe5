//! MySQL's `ON DUPLICATE KEY UPDATE` would change whichever tenant's row is in the way.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use schema::orders;
use tenancy::mysql::TenantDb;

#[path = "../../support/schema.rs"]
mod schema;

async fn save(mut db: TenantDb) -> QueryResult<usize> {
    let insert = tenancy::insert_into(orders::table).values(orders::title.eq("tea"));
    insert.on_conflict(orders::id).do_update().set(orders::title.eq("tea")).execute(&mut db).await
}

fn main() {
    let _ = save;
}
