//! Once is enough.

#[tenancy::tenant_scoped(global, global)]
diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Text,
    }
}

fn main() {}
