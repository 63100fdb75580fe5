//! One tenant column.

#[tenancy::tenant_scoped(column = "a", column = "b")]
diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Text,
    }
}

fn main() {}
