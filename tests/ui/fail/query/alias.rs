//! An alias would read the table without its scope.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

use diesel_async::RunQueryDsl;

async fn ids(mut db: tenancy::postgres::TenantDb) -> QueryResult<Vec<i32>> {
    let parent = diesel::alias!(orders as parent);
    parent.select(parent.field(orders::id)).load(&mut db).await
}

fn main() {
    let _ = ids;
}
