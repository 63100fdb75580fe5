//! The same with a filter.

use diesel::prelude::*;
use schema::countries;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ =
        tenancy::update(countries::table.filter(countries::code.eq("xx"))).set(countries::name.eq("Utopia"));
}
