//! Without `#[tenant_scoped]` on the struct, Diesel's derive meets the column.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[derive(AsChangeset)]
#[diesel(table_name = orders)]
struct Change {
    tenant_id: String,
    title: String,
}

fn main() {
    let change = Change { tenant_id: "other".into(), title: "mine".into() };
    let _ = tenancy::update(orders::table.find(1)).set(&change);
}
