//! The option names a column that the table does not have, nor any that could be meant.

#[tenancy::tenant_scoped(column = organisation)]
diesel::table! {
    orders (created_at) {
        created_at -> Timestamp,
        title -> Nullable<Text>,
    }
}

fn main() {
    let _ = orders::table;
}
