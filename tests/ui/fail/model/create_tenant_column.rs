//! `create` takes what `insert_into` takes.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[tenancy::tenant_scoped]
#[derive(Queryable, Selectable)]
struct Order {
    id: i32,
}

fn main() {
    let _ = Order::create::<_, diesel::pg::Pg>((orders::title.eq("mine"), orders::tenant_id.eq("other")));
}
