//! One tenant column: which of the two?

#[tenancy::tenant_scoped]
diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Text,
        #[sql_name = "tenant_id"]
        owner -> Text,
    }
}

fn main() {}
