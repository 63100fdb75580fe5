//! `find` takes the primary key.

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
    let _ = Order::find::<_, diesel::pg::Pg>("one");
}
