//! A boxed query does not show that it is no more than a filter.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

use diesel::pg::Pg;

fn main() {
    let query = orders::table.filter(orders::id.eq(1)).into_boxed::<Pg>();
    let _ = tenancy::update(query).set(orders::title.eq("mine"));
}
