//! The target of a conflict is of the table itself.

use diesel::prelude::*;
use schema::{customers, orders};

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let insert = tenancy::insert_into(orders::table).values(orders::id.eq(1));
    let _ = insert.on_conflict(customers::id).do_nothing();
}
