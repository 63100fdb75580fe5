//! A macro of one's own that is called like one of Diesel's makes a table, by its path.

mod own {
    macro_rules! joinable {
        ($($tokens:tt)*) => { diesel::table! { $($tokens)* } };
    }
    pub(crate) use joinable;
}

#[tenancy::tenant_scoped]
mod schema {
    use super::own;

    own::joinable! { orders (id) { id -> Integer, tenant_id -> Text, } }
}

fn main() {
    let _ = schema::orders::table;
}
