//! Nor in one row of many.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let rows = vec![(orders::title.eq("mine"), orders::tenant_id.eq("other"))];
    let _ = tenancy::insert_into(orders::table).values(rows);
}
