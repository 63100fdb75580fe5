//! The key of a new row comes from the context.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = tenancy::insert_into(orders::table).values(orders::tenant_id.eq("other"));
}
