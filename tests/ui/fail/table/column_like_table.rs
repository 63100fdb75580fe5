//! A column with its table's name.

#[tenancy::tenant_scoped]
diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Text,
        orders -> Integer,
    }
}

fn main() {}
