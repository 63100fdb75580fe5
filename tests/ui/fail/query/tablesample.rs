//! `TABLESAMPLE` would sample every tenant's rows.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

use diesel::dsl::TablesampleDsl as _;
use diesel_async::RunQueryDsl;

async fn ids(mut db: tenancy::postgres::TenantDb) -> QueryResult<Vec<i32>> {
    orders::table.tablesample_system(10).select(orders::id).load(&mut db).await
}

async fn titles(mut db: tenancy::postgres::TenantDb) -> QueryResult<Vec<String>> {
    orders::table.tablesample_bernoulli(10).select(orders::title).load(&mut db).await
}

fn main() {
    let _ = (ids, titles);
}
