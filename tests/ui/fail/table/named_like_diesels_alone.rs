//! The same without a path: what is written here is Diesel's own `joinable!`.

macro_rules! joinable {
    ($($tokens:tt)*) => { diesel::table! { $($tokens)* } };
}

#[tenancy::tenant_scoped]
mod schema {
    joinable! { orders (id) { id -> Integer, tenant_id -> Text, } }
}

fn main() {
    let _ = schema::orders::table;
}
