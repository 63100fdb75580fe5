//! A global table is written through Diesel.

use diesel::prelude::*;
use schema::countries;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = tenancy::insert_into(countries::table).values(countries::code.eq("xx"));
}
