//! A row cannot be moved to another tenant.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = tenancy::update(orders::table.find(1)).set(orders::tenant_id.eq("other"));
}
