//! A row without a tenant belongs to nobody.

#[tenancy::tenant_scoped]
diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Nullable<Text>,
    }
}

fn main() {}
