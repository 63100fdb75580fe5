//! Nor among other values.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = tenancy::insert_into(orders::table).values((
        orders::title.eq("mine"),
        orders::tenant_id.eq("other"),
        orders::customer_id.eq(1),
    ));
}
