//! `ONLY` would read the table without its scope.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

use diesel::dsl::OnlyDsl as _;
use diesel_async::RunQueryDsl;

async fn ids(mut db: tenancy::postgres::TenantDb) -> QueryResult<Vec<i32>> {
    orders::table.only().select(orders::id).load(&mut db).await
}

fn main() {
    let _ = ids;
}
