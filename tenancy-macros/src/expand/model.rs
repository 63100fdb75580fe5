//! `#[tenant_scoped]` on a struct and `#[derive(TenantScoped)]`: the checks on a model.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, Data, DataStruct, DeriveInput, Error, Fields, Ident, ItemStruct, Path, Result, Token, Type,
    parse_quote,
};

use super::queries;
use crate::attr::{self, Options};

/// The attribute form: the struct as it is, and what the derive gives.
pub(super) fn on_struct(item: ItemStruct, options: &Options) -> Result<TokenStream> {
    let mut input = DeriveInput::from(item);
    let refused = refuse_tenant_field(&mut input, options).err().map(Error::into_compile_error);
    let expanded = expand(&input, options).unwrap_or_else(Error::into_compile_error);
    Ok(quote! {
        #refused
        #input
        #expanded
    })
}

/// The derive form. Its options stand in `#[tenant_scoped(…)]` beside it.
pub(super) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let mut ours = input.attrs.iter().filter(|attribute| attr::is_ours(attribute));
    let options = ours.next().map_or_else(|| Ok(Options::default()), Attribute::parse_args)?;
    attr::is_the_only_one(ours)?;
    expand(input, &options)
}

fn expand(input: &DeriveInput, options: &Options) -> Result<TokenStream> {
    if !matches!(input.data, Data::Struct(_)) {
        return Err(Error::new_spanned(&input.ident, "a model is a struct"));
    }
    if let Some(span) = options.global.span().or(options.without_column.span()) {
        return Err(Error::new(
            span,
            "this option belongs on the table: a model takes `column = \"…\"` only",
        ));
    }
    let table = table_path(input)?;
    let check = scoped_check(input, &table);
    let queries = queries::expand(input, &table);
    Ok(quote!(#check #queries))
}

/// The derives on the struct that write rows. The derive form does not see them; the tenant column not
/// being a `Column` stops it there.
fn writes(attributes: &[Attribute]) -> Vec<Ident> {
    let mut found = Vec::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident("derive")) {
        let Ok(paths) = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated) else {
            continue;
        };
        let last = |path: Path| path.segments.into_iter().next_back().map(|segment| segment.ident);
        found.extend(paths.into_iter().filter_map(last).filter(|i| i == "Insertable" || i == "AsChangeset"));
    }
    found
}

/// An error on the field that would write the tenant column. The field is then marked as one that Diesel's
/// derive skips, so that this error is the only one.
fn refuse_tenant_field(input: &mut DeriveInput, options: &Options) -> Result<()> {
    let writes = writes(&input.attrs);
    let Data::Struct(DataStruct { fields: Fields::Named(fields), .. }) = &mut input.data else {
        return Ok(());
    };
    let tenant = options.column_name();
    let mut refused = Ok(());
    for field in &mut fields.named {
        let named = diesel_value::<Ident>(&field.attrs, "column_name").or_else(|| field.ident.clone());
        let Some(named) = named.filter(|named| named.unraw() == tenant) else {
            continue;
        };
        for write in &writes {
            let skip = if write == "Insertable" { "skip_insertion" } else { "skip_update" };
            if diesel_flag(&field.attrs, skip) {
                continue;
            }
            let skip = Ident::new(skip, Span::call_site());
            field.attrs.push(parse_quote!(#[diesel(#skip)]));
            if refused.is_ok() {
                refused = Err(Error::new(
                    field.ident.as_ref().map_or_else(|| named.span(), Ident::span),
                    format!(
                        "`{named}` is the tenant column: tenancy writes it, and `{write}` must not\n\
                         help: remove the field, or mark it `#[diesel({skip})]` if the struct is also read"
                    ),
                ));
            }
        }
    }
    refused
}

/// `#[diesel(table_name = …)]`, or the name Diesel would infer.
fn table_path(input: &DeriveInput) -> Result<Path> {
    if let Some(path) = diesel_value::<Path>(&input.attrs, "table_name") {
        return Ok(path);
    }
    let mut name = String::new();
    for (index, letter) in input.ident.to_string().chars().enumerate() {
        if letter.is_uppercase() && index > 0 {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name.push('s');
    Ok(Ident::new(&name, input.ident.span()).into())
}

/// The value of `key` in `#[diesel(key = value, …)]`; other entries are Diesel's to judge.
fn diesel_value<T: syn::parse::Parse>(attributes: &[Attribute], key: &str) -> Option<T> {
    let mut found = None;
    for attribute in attributes.iter().filter(|a| a.path().is_ident("diesel")) {
        // An error here is one that Diesel's own derive reports on the same attribute.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident(key) {
                found = Some(meta.value()?.parse()?);
            } else if meta.input.peek(Token![=]) {
                meta.value()?
                    .parse::<syn::Expr>()
                    .map(drop)
                    .or_else(|_| meta.input.parse::<Type>().map(drop))?;
            } else if meta.input.peek(syn::token::Paren) {
                let content;
                syn::parenthesized!(content in meta.input);
                content.parse::<TokenStream>()?;
            }
            Ok(())
        });
    }
    found
}

/// Whether `#[diesel(key)]` is there.
fn diesel_flag(attributes: &[Attribute], key: &str) -> bool {
    let entries = |attribute: &Attribute| {
        attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated).unwrap_or_default()
    };
    let mut diesel = attributes.iter().filter(|a| a.path().is_ident("diesel")).flat_map(entries);
    diesel.any(|path| path.is_ident(key))
}

/// Fails on the table's own name when the table is not scoped.
fn scoped_check(input: &DeriveInput, table: &Path) -> TokenStream {
    let span = if table.span().source_text().is_some() { table.span() } else { input.ident.span() };
    quote_spanned! {span=>
        const _: fn() = || {
            fn table_of_a_tenant_scoped_model<T: ::tenancy::__private::ScopedTable>() {}
            table_of_a_tenant_scoped_model::<#table::table>();
        };
    }
}
