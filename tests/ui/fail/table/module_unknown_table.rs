//! A misspelt table would leave another one undecided.

#[tenancy::tenant_scoped(global(contries))]
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
