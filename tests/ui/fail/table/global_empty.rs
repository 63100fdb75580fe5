//! A list without a table.

#[tenancy::tenant_scoped(global())]
mod schema {
    diesel::table! {
        orders (id) {
            id -> Integer,
            tenant_id -> Text,
        }
    }
}

fn main() {}
