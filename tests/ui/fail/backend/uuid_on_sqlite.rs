//! SQLite has no UUID.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[tenancy::tenant_scoped]
diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Uuid,
        title -> Text,
    }
}

async fn titles(mut db: tenancy::sqlite::TenantDb) -> QueryResult<Vec<String>> {
    orders::table.select(orders::title).load(&mut db).await
}

fn main() {
    let _ = titles;
}
