//! A file of tables in a module inside a scoped one.

#[tenancy::tenant_scoped]
mod schema {
    pub mod shop {
        include!("../../support/printed_scoped.rs");
    }
}

fn main() {
    let _ = schema::shop::orders::table;
}
