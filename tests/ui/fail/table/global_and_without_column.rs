//! One or the other.

#[tenancy::tenant_scoped(global, without_column)]
diesel::table! {
    orders (id) {
        id -> Integer,
    }
}

fn main() {}
