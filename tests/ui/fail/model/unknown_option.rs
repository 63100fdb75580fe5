//! A model takes the column's name and nothing else.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[tenancy::tenant_scoped(table = "orders")]
#[derive(Queryable, Selectable)]
#[diesel(table_name = orders)]
struct Order {
    id: i32,
}

fn main() {}
