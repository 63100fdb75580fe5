//! With it, the field itself is refused.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[tenancy::tenant_scoped]
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
