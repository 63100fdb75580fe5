//! The columns of a table are what `COPY TO` takes as well.

use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = diesel::dsl::copy_to((orders::id, orders::title));
}
