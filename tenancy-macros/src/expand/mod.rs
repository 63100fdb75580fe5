//! From the parsed input to tokens: one file for each thing the attribute may stand on.

use diesel_table_macro_syntax::TableDecl;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Error, Item, Result, parenthesized};

use crate::attr::{self, Options};

mod beside;
mod cfg;
mod included;
mod model;
mod module;
mod queries;
mod table;

pub(crate) fn tenant_scoped(options: TokenStream, item: TokenStream) -> TokenStream {
    tenant_scoped_on(options, item.clone()).unwrap_or_else(|error| with_error(&error, item))
}

fn tenant_scoped_on(options: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let options: Options = syn::parse2(options)?;
    match syn::parse2(item)? {
        Item::Macro(item) => {
            attr::is_the_only_one(&item.attrs)?;
            table::on_macro_item(&item, &options)
        }
        Item::Mod(item) => {
            attr::is_the_only_one(&item.attrs)?;
            module::expand(item, &options)
        }
        Item::Struct(item) => {
            attr::is_the_only_one(&item.attrs)?;
            model::on_struct(item, &options)
        }
        other => Err(Error::new_spanned(
            other,
            "`#[tenant_scoped]` goes on a `diesel::table!`, on an inline module of them, or on a struct",
        )),
    }
}

pub(crate) fn derive_tenant_scoped(item: TokenStream) -> TokenStream {
    syn::parse2(item).and_then(|input| model::derive(&input)).unwrap_or_else(Error::into_compile_error)
}

pub(crate) fn table_with_defaults(input: TokenStream) -> TokenStream {
    table::expand(&[], &input, &Options::default())
}

pub(crate) fn table_with_options(input: TokenStream) -> TokenStream {
    match syn::parse2::<WithOptions>(input) {
        Ok(WithOptions { options, table }) => table::expand(&[], &table, &options),
        Err(error) => error.into_compile_error(),
    }
}

/// `(options) table tokens`.
struct WithOptions {
    options: Options,
    table: TokenStream,
}

impl Parse for WithOptions {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let content;
        parenthesized!(content in input);
        Ok(Self { options: content.parse()?, table: input.parse()? })
    }
}

/// The error next to the item as it was, so that one mistake does not become a page of
/// "cannot find `orders`".
fn with_error(error: &Error, item: TokenStream) -> TokenStream {
    let error = error.to_compile_error();
    quote!(#error #item)
}

/// The tables of a module, for the constant that lists them.
fn parse_table(tokens: TokenStream) -> Result<TableDecl> {
    syn::parse2(tokens)
}

/// Diesel's own `table!`: for global tables, and beside an error.
fn diesel_table(tokens: &impl ToTokens) -> TokenStream {
    quote!(::tenancy::__private::diesel::table! { #tokens })
}
