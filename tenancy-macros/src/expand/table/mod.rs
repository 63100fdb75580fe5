//! `table!` for a table that belongs to tenants.
//!
//! Written from the traits a table has to satisfy in Diesel's query builder. What differs from a plain
//! table: the FROM clause is `ScopedFrom`, which captures the scope; no `QueryFragment` of the table
//! alone can be used; the query id is never static; the tenant column is an expression and no `Column`.

mod columns;
mod joins;
mod refused;

use diesel_table_macro_syntax::TableDecl;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Attribute, Error, Ident, ItemMacro, Result};

use super::{cfg, diesel_table, parse_table};
use crate::attr::Options;
use crate::check;
use crate::model::ScopedTable;

/// `#[tenant_scoped] diesel::table! { … }`.
pub(super) fn on_macro_item(item: &ItemMacro, options: &Options) -> Result<TokenStream> {
    if !is_table_macro(item) {
        return Err(Error::new_spanned(
            &item.mac.path,
            "expected `diesel::table!`: `#[tenant_scoped]` knows no other macro",
        ));
    }
    let listed = options.global.listed().iter().chain(options.without_column.listed()).next();
    if let Some(table) = listed {
        return Err(Error::new(
            table.span(),
            "on a single table this option stands alone: the list is for a module of tables",
        ));
    }
    let (attributes, tokens) = (&item.attrs, &item.mac.tokens);
    let is_scoped = options.global.span().or(options.without_column.span()).is_none();
    if let (Some(column), true, Ok(decl)) = (&options.column, is_scoped, parse_table(tokens.clone())) {
        check::named_column_exists(&[&decl], column)?;
    }
    Ok(expand(attributes, tokens, options))
}

/// Diesel's own table, which may be joined with aliases of scoped ones.
fn global_table(decl: &TableDecl, attributes: &[Attribute], tokens: &TokenStream) -> TokenStream {
    let (name, table) = (&decl.table_name, diesel_table(tokens));
    let (outside, inside) = (cfg::of(attributes), cfg::of(&decl.meta));
    quote! {
        #(#attributes)*
        #table

        #outside
        #inside
        impl<S> ::tenancy::__private::diesel::query_source::AppearsInFromClause<::tenancy::__private::Named<S>>
            for #name::table
        {
            type Count = ::tenancy::__private::diesel::query_source::Never;
        }
    }
}

pub(super) fn is_table_macro(item: &ItemMacro) -> bool {
    item.mac.path.segments.last().is_some_and(|segment| segment.ident == "table")
}

/// The expansion of the tokens inside `table! { … }`, and of the attributes in front of it. Where Diesel could make a
/// table of them, an error comes with that table, so that code which names it has nothing else to complain about.
pub(super) fn expand(attributes: &[Attribute], tokens: &TokenStream, options: &Options) -> TokenStream {
    let mut decl = match parse_table(tokens.clone()) {
        Ok(decl) => decl,
        Err(error) => return error.into_compile_error(),
    };
    let conditions = cfg::of(attributes);
    let fallback = diesel_accepts(&decl).then(|| {
        let table = diesel_table(tokens);
        quote!(#(#attributes)* #table)
    });
    if options.global.contains(&decl.table_name) {
        return global_table(&decl, attributes, tokens);
    }
    // Attributes in front of the macro mean what they mean inside it: on the module it makes.
    decl.meta.extend(attributes.iter().cloned());
    ScopedTable::new(decl, options).and_then(|table| table.expand()).unwrap_or_else(|error| {
        let error = error.into_compile_error();
        quote!(#conditions #error #fallback)
    })
}

/// Whether Diesel would find a primary key, and no column called like the table.
fn diesel_accepts(decl: &TableDecl) -> bool {
    let has_key = decl.primary_keys.is_some() || decl.column_defs.iter().any(|c| c.column_name == "id");
    has_key && check::column_names(decl).is_ok()
}

impl ScopedTable {
    fn expand(&self) -> Result<TokenStream> {
        check::column_names(&self.decl)?;
        let decl = &self.decl;
        let (meta, name) = (&decl.meta, &decl.table_name);
        let imports = if decl.use_statements.is_empty() {
            vec![syn::parse_quote!(
                use ::tenancy::__private::diesel::sql_types::*;
            )]
        } else {
            decl.use_statements.clone()
        };
        let nested_imports = imports.iter().map(one_level_deeper);
        let columns: Vec<&Ident> = decl.column_defs.iter().map(|c| &c.column_name).collect();
        let table = self.table()?;
        let joins = joins::expand();
        let column_items = columns::expand(self);

        Ok(quote! {
            #(#meta)*
            #[allow(unused_imports, dead_code, unreachable_pub, unused_qualifications, missing_docs)]
            pub mod #name {
                pub use self::columns::*;
                #(#imports)*

                /// The columns, and the table under its own name: for a glob import in a function that
                /// deals with one table.
                pub mod dsl {
                    pub use super::columns::{#(#columns),*};
                    pub use super::table as #name;
                }

                #table
                #joins

                /// The columns of the table.
                pub mod columns {
                    use super::table;
                    #(#nested_imports)*
                    #column_items
                }
            }
        })
    }

    /// The table type and what makes it a query source.
    fn table(&self) -> Result<TokenStream> {
        let columns: Vec<&Ident> = self.decl.column_defs.iter().map(|c| &c.column_name).collect();
        let types = self.decl.column_defs.iter().map(|c| &c.tpe);
        let keys = self.primary_key()?;
        let primary_key = match keys.as_slice() {
            [key] => quote!(#key),
            keys => quote!((#(#keys,)*)),
        };
        let description = self.description(&keys);
        let span = self.span();
        let (no_writes, no_fragment) = (refused::writes(span), refused::fragment(span));
        let table = quote_spanned! {span=>
            /// The table. Every query that reads it is for the tenant in context when it is built.
            #[allow(non_camel_case_types)]
            #[derive(Debug, Clone, Copy, Default)]
            pub struct table;
        };
        let on_postgres = cfg!(feature = "postgres");
        let no_plain_reads = on_postgres.then(|| refused::reads(span));
        let width = refused::width(span, columns.len());
        let no_copies = on_postgres.then(|| refused::copies(span));

        Ok(quote! {
            #table

            impl table {
                /// `table.*`, for counting; no column can be taken out of it.
                pub fn star(&self) -> columns::star {
                    columns::star
                }

                #no_plain_reads
            }

            /// All the columns, in the order of their declaration.
            #[allow(non_upper_case_globals)]
            pub const all_columns: (#(#columns,)*) = (#(#columns,)*);

            /// The SQL types of all the columns.
            pub type SqlType = (#(#types,)*);

            /// A boxed query that reads this table.
            pub type BoxedQuery<'a, DB, ST = SqlType> =
                ::tenancy::__private::diesel::internal::table_macro::BoxedSelectStatement<
                    'a,
                    ST,
                    ::tenancy::__private::diesel::internal::table_macro::FromClause<table>,
                    DB,
                >;

            #description

            impl ::tenancy::__private::diesel::query_builder::QueryId for table {
                type QueryId = ();
                // The SQL depends on the scope: a cache that went by this type alone would hand one
                // tenant's statement to another.
                const HAS_STATIC_QUERY_ID: bool = false;
            }

            impl ::tenancy::__private::diesel::QuerySource for table {
                type FromClause = ::tenancy::__private::ScopedFrom<table>;
                type DefaultSelection = <Self as ::tenancy::__private::diesel::Table>::AllColumns;

                fn from_clause(&self) -> Self::FromClause {
                    ::tenancy::__private::ScopedFrom::capture()
                }

                fn default_selection(&self) -> Self::DefaultSelection {
                    <Self as ::tenancy::__private::diesel::Table>::all_columns()
                }
            }

            impl ::tenancy::__private::diesel::query_builder::AsQuery for table {
                type SqlType = SqlType;
                type Query = ::tenancy::__private::diesel::internal::table_macro::SelectStatement<
                    ::tenancy::__private::diesel::internal::table_macro::FromClause<Self>,
                >;

                fn as_query(self) -> Self::Query {
                    ::tenancy::__private::diesel::internal::table_macro::SelectStatement::simple(self)
                }
            }

            impl ::tenancy::__private::diesel::Table for table {
                type PrimaryKey = #primary_key;
                type AllColumns = (#(#columns,)*);

                fn primary_key(&self) -> Self::PrimaryKey {
                    #primary_key
                }

                fn all_columns() -> Self::AllColumns {
                    (#(#columns,)*)
                }
            }

            #no_writes
            #no_fragment
            #no_copies
            #width

            impl<T> ::tenancy::__private::diesel::insertable::Insertable<T> for table
            where
                <table as ::tenancy::__private::diesel::query_builder::AsQuery>::Query:
                    ::tenancy::__private::diesel::insertable::Insertable<T>,
            {
                type Values = <<table as ::tenancy::__private::diesel::query_builder::AsQuery>::Query
                    as ::tenancy::__private::diesel::insertable::Insertable<T>>::Values;

                fn values(self) -> Self::Values {
                    ::tenancy::__private::diesel::insertable::Insertable::values(
                        ::tenancy::__private::diesel::query_builder::AsQuery::as_query(self),
                    )
                }
            }

            impl<'a, T> ::tenancy::__private::diesel::insertable::Insertable<T> for &'a table
            where
                table: ::tenancy::__private::diesel::insertable::Insertable<T>,
            {
                type Values = <table as ::tenancy::__private::diesel::insertable::Insertable<T>>::Values;

                fn values(self) -> Self::Values {
                    ::tenancy::__private::diesel::insertable::Insertable::values(*self)
                }
            }
        })
    }

    /// Where messages send the user: the table's name. The whole `table!` would fill the terminal.
    fn span(&self) -> Span {
        Span::mixed_site().located_at(self.decl.table_name.span())
    }

    /// The facts the library needs at run time, and the type of the tenant key.
    fn description(&self, key: &[Ident]) -> TokenStream {
        let sql_name = &self.decl.sql_name;
        let schema = match &self.decl.schema {
            Some(schema) => {
                let schema = schema.unraw().to_string();
                quote!(::core::option::Option::Some(#schema))
            }
            None => quote!(::core::option::Option::None),
        };
        let aliased_key = key;
        let tenant = self.tenant_column().map(|column| &column.column_name);
        let (columns, names): (Vec<&Ident>, Vec<&String>) = self
            .decl
            .column_defs
            .iter()
            .filter(|column| Some(&column.column_name) != tenant)
            .map(|column| (&column.column_name, &column.sql_name))
            .unzip();
        let tenant_key_column = tenant.map(|tenant| {
            quote! {
                impl ::tenancy::__private::TenantKeyColumn for #tenant {
                    type Table = table;
                }
            }
        });
        let (column, key) = match self.tenant_column() {
            Some(column) => {
                let (name, tpe) = (&column.sql_name, &column.tpe);
                (quote!(::core::option::Option::Some(#name)), quote!(::tenancy::__private::Keyed<#tpe>))
            }
            None => (quote!(::core::option::Option::None), quote!(::tenancy::__private::Unkeyed)),
        };
        quote! {
            impl ::tenancy::__private::ScopedTable for table {
                type Key = #key;
                const INFO: ::tenancy::__private::TableInfo =
                    ::tenancy::__private::TableInfo::new::<#key>(#sql_name, #schema, #column);

                type Columns = (#(#columns,)*);
                const COLUMNS: &'static [&'static str] = &[#(#names),*];
                type Aliased<S> = (#(::tenancy::__private::AliasedField<S, #columns>,)*);
                type AliasedKey<S> = (#(::tenancy::__private::AliasedField<S, #aliased_key>,)*);

                fn aliased<S>() -> Self::Aliased<S> {
                    (#(::tenancy::__private::AliasedField::<S, #columns>::new(),)*)
                }

                fn aliased_key<S>() -> Self::AliasedKey<S> {
                    (#(::tenancy::__private::AliasedField::<S, #aliased_key>::new(),)*)
                }
            }

            #tenant_key_column
        }
    }
}

/// `use super::x` written in the table's module, for the module of its columns.
fn one_level_deeper(import: &syn::ItemUse) -> syn::ItemUse {
    let mut import = import.clone();
    if let syn::UseTree::Path(path) = &mut import.tree
        && path.ident == "super"
    {
        *path.tree = syn::UseTree::Path(path.clone());
    }
    import
}
