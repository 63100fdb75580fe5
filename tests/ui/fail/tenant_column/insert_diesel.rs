//! Nor through Diesel's own `insert_into`.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = diesel::insert_into(orders::table).values(orders::tenant_id.eq("other"));
}
