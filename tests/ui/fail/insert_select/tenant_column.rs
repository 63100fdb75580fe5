//! The key of the new rows comes from the context.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let query = orders::table.select((orders::tenant_id, orders::id));
    let _ = tenancy::insert_into(orders::table).values(query).into_columns((orders::tenant_id, orders::id));
}
