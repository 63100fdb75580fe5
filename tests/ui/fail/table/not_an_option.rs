//! Options are names.

#[tenancy::tenant_scoped("tenant_id")]
diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Text,
    }
}

fn main() {}
