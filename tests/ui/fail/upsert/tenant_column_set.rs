//! The row that is in the way stays its tenant's.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let insert = tenancy::insert_into(orders::table).values(orders::id.eq(1));
    let _ = insert.on_conflict(orders::id).do_update().set(orders::tenant_id.eq("other"));
}
