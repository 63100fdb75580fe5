//! A misspelt option would be a table that is not what its author thinks.

#[tenancy::tenant_scoped(globl)]
diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Text,
    }
}

fn main() {}
