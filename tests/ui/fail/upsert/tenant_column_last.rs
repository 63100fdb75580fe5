//! The tenant column comes first in the target of a conflict.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let insert = tenancy::insert_into(orders::table).values(orders::id.eq(1));
    let _ = insert.on_conflict((orders::id, orders::tenant_id)).do_nothing();
}
