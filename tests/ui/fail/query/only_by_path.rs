//! The same by the trait's own path, where no method of the table's stands in front.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

use diesel::dsl::OnlyDsl;
use diesel_async::RunQueryDsl;

async fn ids(mut db: tenancy::postgres::TenantDb) -> QueryResult<Vec<i32>> {
    OnlyDsl::only(orders::table).select(orders::id).load(&mut db).await
}

fn main() {
    let _ = ids;
}
