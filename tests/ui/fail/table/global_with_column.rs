//! A table of nobody has no tenant column.

#[tenancy::tenant_scoped(global, column = "tenant_id")]
diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Text,
    }
}

fn main() {}
