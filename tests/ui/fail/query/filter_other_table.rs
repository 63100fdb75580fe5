//! A filter on a table that is not there.

use diesel::prelude::*;
use schema::{customers, orders};

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = tenancy::delete(orders::table).filter(customers::name.eq("mine"));
}
