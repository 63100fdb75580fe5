//! The usual place: inside a handler, behind `?`.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

use diesel_async::RunQueryDsl;
use tenancy::postgres::TenantDb;

async fn rename(mut db: TenantDb) -> QueryResult<usize> {
    diesel::update(orders::table.find(1)).set(orders::title.eq("mine")).execute(&mut db).await
}

fn main() {
    let _ = rename;
}
