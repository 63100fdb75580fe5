//! A delete is not boxed: what is filtered by when the program runs is a boxed expression.

use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = tenancy::delete(orders::table).into_boxed();
}
