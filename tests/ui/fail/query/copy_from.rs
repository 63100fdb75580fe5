//! `COPY FROM` would write rows without the tenant's key.

use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let copy = diesel::dsl::copy_from(orders::table);
    let _ = copy.from_raw_data((orders::id, orders::title), |_| Ok::<(), diesel::result::Error>(()));
}
