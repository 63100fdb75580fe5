//! Without the shadowing import the attribute scopes an included file all the same.

#[tenancy::tenant_scoped]
mod schema {
    include!("../../support/printed_scoped.rs");
}

fn main() {
    let _ = diesel::delete(schema::orders::table);
}
