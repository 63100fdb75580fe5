//! The tenant column under a second name, which SQLite takes for the same.

#[tenancy::tenant_scoped]
mod schema {
    diesel::table! {
        orders (id) {
            id -> Integer,
            tenant_id -> Text,
            #[sql_name = "TENANT_ID"]
            owner -> Text,
        }
    }
}

fn main() {
    let _ = schema::orders::table;
}
