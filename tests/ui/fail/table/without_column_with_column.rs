//! Said without, and it has one.

#[tenancy::tenant_scoped(without_column)]
diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Text,
    }
}

fn main() {}
