//! Changes to another table.

use diesel::prelude::*;
use schema::{customers, orders};

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = tenancy::update(orders::table.find(1)).set(customers::name.eq("mine"));
}
