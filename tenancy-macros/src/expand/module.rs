//! `#[tenant_scoped]` on a module: every table in it belongs to tenants unless the options say
//! otherwise.

use diesel_table_macro_syntax::TableDecl;
use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Error, Ident, Item, ItemMacro, ItemMod, ItemUse, Result, UseTree, parse_quote};

use super::beside::{self, Whose, hides_tables, is_include};
use super::{cfg, included, parse_table, table};
use crate::attr::{self, Options, Tables};
use crate::check;
use crate::model::{Kind, ScopedTable};

pub(super) fn expand(mut module: ItemMod, options: &Options) -> Result<TokenStream> {
    Whose.visit_item_mod_mut(&mut module);
    let Some((_, items)) = &module.content else {
        return Err(Error::new_spanned(
            &module,
            "`#[tenant_scoped]` needs the module's tables in sight: write `mod schema { … }`, with `include!(\"schema.rs\")` inside it if they are in a file",
        ));
    };
    for option in [&options.global, &options.without_column] {
        if let Tables::This(span) = option {
            return Err(Error::new(
                *span,
                "on a module this option lists its tables, as in `global(countries, plans)`",
            ));
        }
    }

    let mut expanded = TokenStream::new();
    let mut declared = Vec::new();
    let mut includes = false;
    let mut is_shadowed = false;
    for item in items {
        match item {
            Item::Macro(item) if table::is_table_macro(item) && !speaks_for_itself(item) => {
                if let Ok(mut decl) = parse_table(item.mac.tokens.clone()) {
                    decl.meta.extend(item.attrs.iter().cloned());
                    declared.push(decl);
                }
                expanded.extend(table::expand(&item.attrs, &item.mac.tokens, options));
            }
            Item::Macro(item) if hides_tables(item) => {
                let name = &item.mac.path;
                return Err(Error::new_spanned(
                    name,
                    "nobody can tell here whether this macro makes tables, which would be everybody's\n\
                     help: write the tables out, or put the call into a module without `#[tenant_scoped]`",
                ));
            }
            Item::Mod(inner) if has_tables(inner) => {
                return Err(Error::new(
                    inner.ident.span(),
                    format!(
                        "tables in a module inside are not scoped by the module around it\n\
                         help: put a `#[tenant_scoped]` of its own on `mod {}`",
                        inner.ident
                    ),
                ));
            }
            Item::Use(item) if is_schema_as_diesel(item) => {
                is_shadowed = true;
                expanded.extend(shadow(item, options));
            }
            // `use diesel::table;` has nothing left to do: each `table!` has become something else, and each
            // `joinable!` has a path of its own.
            Item::Use(item) if imports_macro(&item.tree) => {
                expanded.extend(quote!(#[allow(unused_imports)] #item));
            }
            Item::Macro(item) if is_include(item) => {
                included::no_tables_out_of_reach(item)?;
                includes = true;
                expanded.extend(quote!(#item));
            }
            other => expanded.extend(quote!(#other)),
        }
    }
    // An included file is read only when the module is compiled: its tables cannot be known here, but its
    // `diesel::table!` can be ours.
    if !includes {
        names_exist(options, &declared)?;
    } else if !is_shadowed {
        expanded.extend(shadow(
            &parse_quote!(
                use ::tenancy::schema as diesel;
            ),
            options,
        ));
    }

    let tables: Vec<TableDecl> = declared
        .into_iter()
        .filter_map(|decl| ScopedTable::new(decl, options).ok())
        .filter(|table| !matches!(table.kind, Kind::Global))
        .map(|table| table.decl)
        .collect();
    let list = (!includes && !tables.is_empty()).then(|| list(&tables));
    let (attributes, visibility, name) = (&module.attrs, &module.vis, &module.ident);
    Ok(quote! {
        #(#attributes)*
        #visibility mod #name {
            #expanded
            #list
        }
    })
}

/// Whether tables are declared in the module or below it, where no `#[tenant_scoped]` of its own sees them.
pub(super) fn has_tables(module: &ItemMod) -> bool {
    let items = module.content.iter().flat_map(|(_, items)| items);
    !is_ours_among(&module.attrs)
        && items.into_iter().any(|item| match item {
            Item::Macro(item) => {
                !speaks_for_itself(item)
                    && (table::is_table_macro(item) || is_include(item) || hides_tables(item))
            }
            Item::Mod(inner) => has_tables(inner),
            _ => false,
        })
}

/// A table with a `#[tenant_scoped]` of its own is expanded by that one.
fn speaks_for_itself(item: &ItemMacro) -> bool {
    is_ours_among(&item.attrs)
}

fn is_ours_among(attributes: &[Attribute]) -> bool {
    attributes.iter().any(attr::is_ours)
}

/// `use tenancy::schema as diesel;`
fn is_schema_as_diesel(item: &ItemUse) -> bool {
    let mut tree = &item.tree;
    while let UseTree::Path(path) = tree {
        tree = &path.tree;
    }
    matches!(tree, UseTree::Rename(rename) if rename.ident == "schema" && rename.rename == "diesel")
}

fn imports_macro(tree: &UseTree) -> bool {
    match tree {
        UseTree::Path(path) => imports_macro(&path.tree),
        UseTree::Group(group) => group.items.iter().any(imports_macro),
        UseTree::Name(name) => name.ident == "table" || beside::is_harmless(&name.ident),
        UseTree::Rename(_) | UseTree::Glob(_) => false,
    }
}

/// The shadowing import with this module's options built into its `table!`.
fn shadow(item: &ItemUse, options: &Options) -> TokenStream {
    let (attributes, visibility) = (&item.attrs, &item.vis);
    quote! {
        #(#attributes)*
        #[allow(unused_imports, unused_macros)]
        #visibility mod diesel {
            pub use ::tenancy::__private::diesel_without_table::*;

            macro_rules! __tenancy_table {
                ($($tokens:tt)*) => {
                    ::tenancy::__private::table_with! { (#options) $($tokens)* }
                };
            }
            pub(crate) use __tenancy_table as table;
        }
    }
}

/// Whether there is what the options name.
fn names_exist(options: &Options, declared: &[TableDecl]) -> Result<()> {
    let listed = || [&options.global, &options.without_column].into_iter().flat_map(|tables| tables.listed());
    let is_declared = |name: &Ident| declared.iter().any(|decl| decl.table_name == *name);
    if let Some(name) = listed().find(|name| !is_declared(name)) {
        return Err(Error::new(name.span(), format!("no `table!` in this module declares `{name}`")));
    }
    match &options.column {
        Some(column) => {
            let is_scoped = |decl: &&TableDecl| listed().all(|name| decl.table_name != *name);
            check::named_column_exists(&declared.iter().filter(is_scoped).collect::<Vec<_>>(), column)
        }
        None => Ok(()),
    }
}

fn list(tables: &[TableDecl]) -> TokenStream {
    let names = tables.iter().map(|decl| &decl.table_name);
    // A table that is left out where it is declared is left out here.
    let cfgs = tables.iter().map(|decl| cfg::of(&decl.meta));
    quote! {
        /// Every table of this module that belongs to tenants, for `Tenancy::builder(…).tables(…)`.
        #[allow(dead_code, deprecated)]
        pub const TENANT_TABLES: &[::tenancy::__private::TableInfo] =
            &[#(#cfgs <#names::table as ::tenancy::__private::ScopedTable>::INFO),*];
    }
}
