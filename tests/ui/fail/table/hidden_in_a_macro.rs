//! A macro may make tables, and a `table!` under another name does.

#[tenancy::tenant_scoped]
mod schema {
    use diesel::table as shared;
    shared! { orders (id) { id -> Integer, tenant_id -> Text, } }
}

fn main() {
    let _ = schema::orders::table;
}
