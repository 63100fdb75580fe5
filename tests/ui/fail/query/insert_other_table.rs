//! Values for another table.

use diesel::prelude::*;
use schema::{customers, orders};

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = tenancy::insert_into(orders::table).values(customers::name.eq("mine"));
}
