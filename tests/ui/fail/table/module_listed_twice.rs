//! A table is one of the two.

#[tenancy::tenant_scoped(global(countries), without_column(countries))]
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
