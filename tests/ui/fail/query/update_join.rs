//! UPDATE knows no join: only a filter can say which rows.

use diesel::prelude::*;
use schema::{customers, orders};

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = tenancy::update(orders::table.inner_join(customers::table)).set(orders::title.eq("mine"));
}
