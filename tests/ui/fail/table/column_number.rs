//! A name is a string.

#[tenancy::tenant_scoped(column = 5)]
diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Text,
    }
}

fn main() {}
