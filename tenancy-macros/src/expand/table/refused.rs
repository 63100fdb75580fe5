//! What a scoped table has so that its refusal is told in our words: trait implementations and methods that
//! can never be used. Their bounds are explained where they live, in `tenancy::query`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;

/// What Diesel's own writes ask of a table, under bounds that hold for nothing and say what to write
/// instead. Without these the table would be refused in Diesel's words alone.
pub(super) fn writes(span: Span) -> TokenStream {
    quote_spanned! {span=>
        impl<X> ::tenancy::__private::diesel::associations::HasTable for table
        where
            X: ::tenancy::__private::CarriesTenant,
            ::tenancy::__private::DieselWrite: ::tenancy::__private::Itself<It = X>,
        {
            type Table = Self;

            fn table() -> Self::Table {
                table
            }
        }

        impl<X> ::tenancy::__private::diesel::query_builder::IntoUpdateTarget for table
        where
            X: ::tenancy::__private::CarriesTenant,
            ::tenancy::__private::DieselWrite: ::tenancy::__private::Itself<It = X>,
        {
            type WhereClause = ();

            fn into_update_target(
                self,
            ) -> ::tenancy::__private::diesel::query_builder::UpdateTarget<Self::Table, Self::WhereClause> {
                ::tenancy::__private::diesel::query_builder::UpdateTarget { table: self, where_clause: () }
            }
        }
    }
}

/// Diesel's own table of as many columns, for more than Diesel has by default: where it is one too many, Diesel says
/// which feature is missing, and the compiler looks at nothing else.
pub(super) fn width(span: Span, columns: usize) -> Option<TokenStream> {
    const BY_DEFAULT: usize = 32;

    if columns <= BY_DEFAULT {
        return None;
    }
    let names: Vec<Ident> = (0..columns)
        .map(|n| Ident::new(&format!("column_{n}"), Span::mixed_site().located_at(span)))
        .collect();
    let first = names.first()?;
    Some(quote_spanned! {span=>
        const _: () = {
            ::tenancy::__private::diesel::table! {
                wide (#first) {
                    #(#names -> Integer,)*
                }
            }
        };
    })
}

/// The SQL of the table's name, which COPY would write: there is none.
pub(super) fn copies(span: Span) -> TokenStream {
    quote_spanned! {span=>
        impl<X> ::tenancy::__private::diesel::internal::table_macro::StaticQueryFragment for table
        where
            X: ::tenancy::__private::CopiesInScope,
            ::tenancy::__private::PlainTable: ::tenancy::__private::Itself<It = X>,
        {
            type Component = ();
            const STATIC_COMPONENT: &'static Self::Component = &();
        }
    }
}

/// The SQL of the table alone, which an alias, `ONLY` and `TABLESAMPLE` would write: there is none.
pub(super) fn fragment(span: Span) -> TokenStream {
    quote_spanned! {span=>
        impl<DB, X> ::tenancy::__private::diesel::query_builder::QueryFragment<DB> for table
        where
            DB: ::tenancy::__private::diesel::backend::Backend,
            X: ::tenancy::__private::ReadInScope,
            ::tenancy::__private::PlainTable: ::tenancy::__private::Itself<It = X>,
        {
            fn walk_ast<'b>(
                &'b self,
                _: ::tenancy::__private::diesel::query_builder::AstPass<'_, 'b, DB>,
            ) -> ::tenancy::__private::diesel::result::QueryResult<()> {
                ::core::unreachable!()
            }
        }
    }
}

/// Methods in front of Diesel's of the same names, which cannot be called and say why. Without them the
/// query would be refused where it is run, as an overflow in the compiler's search for its SQL.
pub(super) fn reads(span: Span) -> TokenStream {
    let refused = |name: &str, arguments: TokenStream| {
        let name = Ident::new(name, Span::call_site().located_at(span));
        quote_spanned! {span=>
            #[doc(hidden)]
            pub fn #name<X>(self, #arguments) -> X::Query
            where
                X: ::tenancy::__private::ReadInScope,
                ::tenancy::__private::PlainTable: ::tenancy::__private::Itself<It = X>,
            {
                ::core::unreachable!()
            }
        }
    };
    let only = refused("only", quote!());
    let bernoulli = refused("tablesample_bernoulli", quote!(_portion: i16));
    let system = refused("tablesample_system", quote!(_portion: i16));
    quote!(#only #bernoulli #system)
}
