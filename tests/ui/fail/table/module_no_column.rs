//! In a scoped module every table is denied until somebody decides about it.

#[tenancy::tenant_scoped]
mod schema {
    diesel::table! {
        orders (id) {
            id -> Integer,
            tenant_id -> Text,
        }
    }

    diesel::table! {
        countries (code) {
            code -> Text,
        }
    }
}

use schema::orders;

fn main() {
    let _ = orders::table;
}
