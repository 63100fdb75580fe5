//! An alias has every column but the tenant's.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let other = tenancy::alias!(orders as other);
    let _ = other.select(other.field(orders::tenant_id));
}
