//! A tenant's id is no timestamp.

#[tenancy::tenant_scoped]
diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Timestamp,
    }
}

fn main() {}
