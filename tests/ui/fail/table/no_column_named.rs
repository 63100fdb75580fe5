//! The same under another name.

#[tenancy::tenant_scoped(column = "org_id")]
diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Text,
    }
}

fn main() {}
