//! A slip in the table itself.

#[tenancy::tenant_scoped]
diesel::table! {
    orders (id) {
        id = Integer,
        tenant_id -> Text,
    }
}

fn main() {}
