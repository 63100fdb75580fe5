//! What the macros expand to, kept in `snapshots/`, so that a review sees what a change does to every
//! user's code. `docs/testing.md` says how to accept one.
//!
//! With the feature `postgres`, as in `cargo xtask test`: without it a part of each expansion is missing.
#![cfg(feature = "postgres")]
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use proc_macro2::TokenStream;
use quote::quote;

use crate::expand;

/// Compares with the snapshot of this name.
fn assert_expansion(name: &str, written: &TokenStream, expanded: TokenStream) {
    let file = syn::parse2(expanded).expect("an expansion is Rust");
    insta::with_settings!({
        description => written.to_string(),
        omit_expression => true,
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!(name, prettyplease::unparse(&file));
    });
}

fn table(name: &str, options: TokenStream, columns: TokenStream) {
    let table = quote!(diesel::table! { orders (id) { id -> Integer, #columns } });
    let expanded = expand::tenant_scoped(options.clone(), table.clone());
    assert_expansion(name, &quote!(#[tenant_scoped(#options)] #table), expanded);
}

#[test]
fn a_table() {
    table("table", quote!(), quote!(tenant_id -> Text,));
}

#[test]
fn a_table_whose_tenant_column_has_another_name() {
    table("table_column", quote!(column = "org"), quote!(org -> BigInt,));
}

#[test]
fn a_table_without_the_column() {
    table("table_without_column", quote!(without_column), quote!());
}

#[test]
fn a_global_table() {
    table("table_global", quote!(global), quote!());
}

#[test]
fn a_module_of_tables() {
    let options = quote!(column = "org", global(countries), without_column(settings));
    let module = quote! {
        mod schema {
            use tenancy::schema as diesel;
            include!("schema.rs");
        }
    };
    let expanded = expand::tenant_scoped(options.clone(), module.clone());
    assert_expansion("module", &quote!(#[tenant_scoped(#options)] #module), expanded);
}

#[test]
fn a_model() {
    let model = quote! {
        #[derive(Queryable, Selectable, Insertable)]
        #[diesel(table_name = orders)]
        struct Order {
            id: i32,
        }
    };
    let expanded = expand::tenant_scoped(quote!(), model.clone());
    assert_expansion("model", &quote!(#[tenant_scoped] #model), expanded);
}

#[test]
fn a_model_by_derive() {
    let model = quote! {
        #[derive(Queryable, Selectable, TenantScoped)]
        struct Order<'a> {
            title: &'a str,
        }
    };
    assert_expansion("model_derive", &model, expand::derive_tenant_scoped(model.clone()));
}
