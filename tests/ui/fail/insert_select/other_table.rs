//! The columns are the table's own.

use diesel::prelude::*;
use schema::{customers, orders};

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let query = orders::table.select((orders::id, orders::title));
    let _ = tenancy::insert_into(orders::table).values(query).into_columns((customers::id, customers::name));
}
