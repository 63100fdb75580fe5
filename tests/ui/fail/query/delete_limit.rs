//! `limit` would be lost on the way to DELETE.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = tenancy::delete(orders::table.limit(1));
}
