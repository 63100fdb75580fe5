//! Under a GROUP BY of the primary key no other column can be selected: a database sees that it depends on the
//! key on a table, and not through the sub-select that a shared table is read through.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = orders::table.group_by(orders::id).select((orders::id, orders::title));
}
