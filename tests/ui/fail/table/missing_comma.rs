//! Options without a comma in between.

#[tenancy::tenant_scoped(column = "org_id" global)]
diesel::table! {
    orders (id) {
        id -> Integer,
        org_id -> Text,
    }
}

fn main() {}
