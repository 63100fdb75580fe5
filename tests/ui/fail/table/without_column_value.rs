//! The option takes no value.

#[tenancy::tenant_scoped(without_column = true)]
diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Text,
    }
}

fn main() {}
