//! `COPY TO` would write out every tenant's rows.

use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = diesel::dsl::copy_to(orders::table);
}
