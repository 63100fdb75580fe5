//! With it, the field itself is refused.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[tenancy::tenant_scoped]
#[derive(Insertable)]
#[diesel(table_name = orders)]
struct NewOrder {
    tenant_id: String,
    title: String,
}

fn main() {
    let order = NewOrder { tenant_id: "other".into(), title: "mine".into() };
    let _ = tenancy::insert_into(orders::table).values(&order);
}
