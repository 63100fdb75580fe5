//! Nor a type of the user's, which could be anything.

#[tenancy::tenant_scoped]
diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> crate::Tenant,
    }
}

#[derive(diesel::sql_types::SqlType)]
struct Tenant;

fn main() {}
