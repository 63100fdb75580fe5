//! A global table is written through Diesel.

use diesel::prelude::*;
use schema::countries;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = tenancy::update(countries::table).set(countries::name.eq("Utopia"));
}
