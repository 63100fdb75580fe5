//! The usual place: inside a handler, behind `?`.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

use diesel_async::RunQueryDsl;
use tenancy::postgres::TenantDb;

async fn remove(mut db: TenantDb) -> QueryResult<usize> {
    diesel::delete(orders::table.filter(orders::id.eq(1))).execute(&mut db).await
}

fn main() {
    let _ = remove;
}
