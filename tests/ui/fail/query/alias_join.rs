//! Also on one side of a join.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

use diesel_async::RunQueryDsl;

async fn ids(mut db: tenancy::postgres::TenantDb) -> QueryResult<Vec<i32>> {
    let other = diesel::alias!(orders as other);
    let same_title = orders::title.eq(other.field(orders::title));
    other.inner_join(orders::table.on(same_title)).select(orders::id).load(&mut db).await
}

fn main() {
    let _ = ids;
}
