//! A table without the column, and the column's name.

#[tenancy::tenant_scoped(column = "tenant_id", without_column)]
diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Text,
    }
}

fn main() {}
