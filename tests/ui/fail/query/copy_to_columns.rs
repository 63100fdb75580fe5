//! The columns of a table are what `COPY TO` takes as well.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = diesel::dsl::copy_to((orders::id, orders::title));
}
