//! On a module `global` says of which tables.

#[tenancy::tenant_scoped(global)]
mod schema {
    diesel::table! {
        orders (id) {
            id -> Integer,
            tenant_id -> Text,
        }
    }
}

use schema::orders;

fn main() {
    let _ = orders::table;
}
