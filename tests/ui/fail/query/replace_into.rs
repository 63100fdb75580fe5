//! `INSERT OR IGNORE` and `REPLACE` have no form: `REPLACE` deletes whichever tenant's row is in the way.

use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = tenancy::replace_into(orders::table);
    let _ = tenancy::insert_or_ignore_into(orders::table);
}
