//! The macros of `tenancy`. Depend on `tenancy` and use them through it: this crate's own interface
//! follows that crate's and is not stable.

use proc_macro::TokenStream;

mod attr;
mod check;
mod expand;
mod model;
#[cfg(test)]
mod tests;

/// Makes a table, a module of tables, or a model belong to the tenant in context.
///
/// See the documentation of `tenancy::tenant_scoped`.
#[proc_macro_attribute]
pub fn tenant_scoped(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::tenant_scoped(options.into(), item.into()).into()
}

/// The derive form of `#[tenant_scoped]` on a struct.
///
/// See the documentation of `tenancy::TenantScoped`.
#[proc_macro_derive(TenantScoped, attributes(tenant_scoped))]
pub fn derive_tenant_scoped(item: TokenStream) -> TokenStream {
    expand::derive_tenant_scoped(item.into()).into()
}

/// Diesel's `table!` with the tenant built in: what `use tenancy::schema as diesel` puts in its place.
#[proc_macro]
pub fn table(input: TokenStream) -> TokenStream {
    expand::table_with_defaults(input.into()).into()
}

/// `table!` with the options of the module around it: `(options) table tokens`.
#[doc(hidden)]
#[proc_macro]
pub fn __table_with(input: TokenStream) -> TokenStream {
    expand::table_with_options(input.into()).into()
}
