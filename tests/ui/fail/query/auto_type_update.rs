//! `auto_type` knows the types of Diesel's statements, not of tenancy's.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[diesel::dsl::auto_type]
fn closing() -> _ {
    tenancy::update(orders::table).set(orders::title.eq("closed"))
}

fn main() {
    let _ = closing();
}
