//! The same on the way in.

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

async fn add(mut db: tenancy::sqlite::TenantDb) -> QueryResult<usize> {
    tenancy::insert_into(orders::table).values(orders::title.eq("mine")).execute(&mut db).await
}

fn main() {
    let _ = add;
}
