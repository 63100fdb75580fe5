//! The option names a column that the table does not have.

#[tenancy::tenant_scoped(column = "organisation")]
diesel::table! {
    orders (id) {
        id -> Integer,
        org_id -> Text,
        title -> Nullable<Text>,
    }
}

fn main() {
    let _ = orders::table;
}
