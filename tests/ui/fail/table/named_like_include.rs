//! A macro of one's own that is called `include` makes a table.

mod own {
    macro_rules! include {
        ($path:literal) => { diesel::table! { orders (id) { id -> Integer, tenant_id -> Text, } } };
    }
    pub(crate) use include;
}

#[tenancy::tenant_scoped]
mod schema {
    super::own::include!("schema.rs");
}

fn main() {
    let _ = schema::orders::table;
}
