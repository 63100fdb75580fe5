//! What the query gives is not what the table takes.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

async fn copy(mut db: tenancy::postgres::TenantDb) -> QueryResult<usize> {
    let query = orders::table.select((orders::id, orders::title));
    tenancy::insert_into(orders::table).values(query).execute(&mut db).await
}

fn main() {
    let _ = copy;
}
