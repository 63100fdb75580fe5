//! An empty name.

#[tenancy::tenant_scoped(column = "")]
diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Text,
    }
}

fn main() {}
