//! `COPY FROM` of structs would write rows without the tenant's key.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[derive(Insertable)]
#[diesel(table_name = orders, treat_none_as_default_value = false)]
struct NewOrder {
    title: String,
}

fn main() {
    let _ = diesel::dsl::copy_from(orders::table).from_insertable(vec![NewOrder { title: "tea".into() }]);
}
