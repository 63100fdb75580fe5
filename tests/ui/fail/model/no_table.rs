//! The table that Diesel would guess is not there.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[tenancy::tenant_scoped]
#[derive(Queryable)]
struct Invoice {
    id: i32,
}

fn main() {
    let _ = orders::table;
}
