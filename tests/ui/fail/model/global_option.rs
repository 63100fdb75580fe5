//! Whether a table is global is said on the table.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[tenancy::tenant_scoped(global)]
#[derive(Queryable, Selectable)]
#[diesel(table_name = orders)]
struct Order {
    id: i32,
}

fn main() {}
