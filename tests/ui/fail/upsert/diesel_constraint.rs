//! A constraint is named by `tenancy::on_constraint`.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let insert = tenancy::insert_into(orders::table).values(orders::title.eq("tea"));
    let _ = insert.on_conflict(diesel::upsert::on_constraint("orders_pkey")).do_nothing();
}
