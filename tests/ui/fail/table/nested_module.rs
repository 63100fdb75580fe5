//! A module of tables inside a scoped one.

#[tenancy::tenant_scoped]
mod schema {
    pub mod shop {
        diesel::table! { orders (id) { id -> Integer, tenant_id -> Text, } }
    }
}

fn main() {
    let _ = schema::shop::orders::table;
}
