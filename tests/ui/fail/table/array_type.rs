//! Nor a list.

#[tenancy::tenant_scoped]
diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Array<Text>,
    }
}

fn main() {}
