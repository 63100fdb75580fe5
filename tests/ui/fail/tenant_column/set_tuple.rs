//! Nor among other changes.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ =
        tenancy::update(orders::table.find(1)).set((orders::title.eq("mine"), orders::tenant_id.eq("other")));
}
