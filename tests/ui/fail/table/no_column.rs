//! A table without the tenant column is denied until somebody decides about it.

#[tenancy::tenant_scoped]
diesel::table! {
    orders (id) {
        id -> Integer,
        title -> Text,
    }
}

fn main() {}
