//! Tenancy's statements run on diesel-async connections; Diesel's own connections have their queries alone.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn close(connection: &mut SqliteConnection) -> QueryResult<usize> {
    tenancy::update(orders::table).set(orders::title.eq("closed")).execute(connection)
}

fn main() {
    let _ = close;
}
