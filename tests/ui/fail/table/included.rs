//! The error is in the file that holds the table.

mod schema {
    use tenancy::schema as diesel;
    include!("../../support/without_column.rs");
}

fn main() {
    let _ = schema::orders::table;
}
