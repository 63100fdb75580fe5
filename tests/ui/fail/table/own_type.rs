//! Nor a type of the user's.

#[tenancy::tenant_scoped]
diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> crate::types::Tenant,
    }
}

fn main() {}
