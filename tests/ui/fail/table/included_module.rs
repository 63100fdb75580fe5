//! In a module of an included file `diesel` is Diesel.

#[tenancy::tenant_scoped]
mod schema {
    include!("../../support/printed_shop.rs");
}

fn main() {
    let _ = schema::shop::orders::table;
}
