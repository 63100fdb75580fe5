//! How a scoped table appears in FROM clauses and joins. Nothing here depends on the table's columns.

use proc_macro2::TokenStream;
use quote::quote;

pub(super) fn expand() -> TokenStream {
    let appearances = appearances();
    let joins = joins();
    let postgres = cfg!(feature = "postgres").then(postgres);
    quote!(#appearances #joins #postgres)
}

fn appearances() -> TokenStream {
    quote! {
        impl ::tenancy::__private::diesel::query_source::AppearsInFromClause<table> for table {
            type Count = ::tenancy::__private::diesel::query_source::Once;
        }

        impl ::tenancy::__private::diesel::query_source::AppearsInFromClause<table>
            for ::tenancy::__private::diesel::internal::table_macro::NoFromClause
        {
            type Count = ::tenancy::__private::diesel::query_source::Never;
        }

        impl<S> ::tenancy::__private::diesel::query_source::AppearsInFromClause<::tenancy::__private::Named<S>>
            for table
        {
            type Count = ::tenancy::__private::diesel::query_source::Never;
        }

        impl<S> ::tenancy::__private::diesel::query_source::AppearsInFromClause<
            ::tenancy::__private::diesel::query_source::Alias<S>,
        > for table
        where
            S: ::tenancy::__private::diesel::query_source::AliasSource,
        {
            type Count = ::tenancy::__private::diesel::query_source::Never;
        }

        impl<S> ::tenancy::__private::diesel::internal::table_macro::AliasAppearsInFromClause<S, table> for table
        where
            S: ::tenancy::__private::diesel::query_source::AliasSource<Target = table>,
        {
            type Count = ::tenancy::__private::diesel::query_source::Never;
        }

        impl<S1, S2> ::tenancy::__private::diesel::internal::table_macro::AliasAliasAppearsInFromClause<table, S2, S1>
            for table
        where
            S1: ::tenancy::__private::diesel::query_source::AliasSource<Target = table>
                + ::tenancy::__private::diesel::internal::table_macro::AliasAliasAppearsInFromClauseSameTable<S2, table>,
            S2: ::tenancy::__private::diesel::query_source::AliasSource<Target = table>,
        {
            type Count = <S1 as
                ::tenancy::__private::diesel::internal::table_macro::AliasAliasAppearsInFromClauseSameTable<S2, table>>::Count;
        }

        impl<S, C>
            ::tenancy::__private::diesel::internal::table_macro::FieldAliasMapperAssociatedTypesDisjointnessTrick<table, S, C>
            for table
        where
            S: ::tenancy::__private::diesel::query_source::AliasSource<Target = table> + ::core::clone::Clone,
            C: ::tenancy::__private::diesel::query_source::Column<Table = table>,
        {
            type Out = ::tenancy::__private::diesel::query_source::AliasedField<S, C>;

            fn map(__column: C, __alias: &::tenancy::__private::diesel::query_source::Alias<S>) -> Self::Out {
                __alias.field(__column)
            }
        }
    }
}

/// `orders.inner_join(x)` where `x` is more than a table: joining in the other direction decides the
/// ON clause, and the thing joined stays what it is.
fn joins() -> TokenStream {
    let select = quote!(::tenancy::__private::diesel::internal::table_macro::SelectStatement);
    let boxed = quote!(::tenancy::__private::diesel::internal::table_macro::BoxedSelectStatement);
    let from = quote!(::tenancy::__private::diesel::internal::table_macro::FromClause);
    let join = quote!(::tenancy::__private::diesel::internal::table_macro::Join);
    let join_on = quote!(::tenancy::__private::diesel::internal::table_macro::JoinOn);
    let source = quote!(::tenancy::__private::diesel::query_source::QuerySource);
    [
        (quote!(Left, Right, Kind), quote!(#join<Left, Right, Kind>), quote!(Left: #source, Right: #source,)),
        (quote!(Join, On), quote!(#join_on<Join, On>), quote!()),
        (
            quote!(F, S, D, W, O, L, Of, G),
            quote!(#select<#from<F>, S, D, W, O, L, Of, G>),
            quote!(F: #source,),
        ),
        (quote!('a, QS, ST, DB), quote!(#boxed<'a, #from<QS>, ST, DB>), quote!(QS: #source,)),
        (quote!(S), quote!(::tenancy::__private::diesel::query_source::Alias<S>), quote!()),
    ]
    .into_iter()
    .map(|(generics, target, bounds)| {
        quote! {
            impl<#generics> ::tenancy::__private::diesel::JoinTo<#target> for table
            where
                #target: ::tenancy::__private::diesel::JoinTo<table>,
                #bounds
            {
                type FromClause = #target;
                type OnClause = <#target as ::tenancy::__private::diesel::JoinTo<table>>::OnClause;

                fn join_target(__rhs: #target) -> (Self::FromClause, Self::OnClause) {
                    let (_, __on) = <#target as ::tenancy::__private::diesel::JoinTo<table>>::join_target(table);
                    (__rhs, __on)
                }
            }
        }
    })
    .collect()
}

/// What `allow_tables_to_appear_in_same_query!` asks of `ONLY` and `TABLESAMPLE`. A query with either does
/// not compile all the same: the table's `QueryFragment`, which they would write, cannot be used.
fn postgres() -> TokenStream {
    let only = quote!(::tenancy::__private::diesel::query_builder::Only);
    let sample = quote!(::tenancy::__private::diesel::query_builder::Tablesample);
    let method = quote!(TSM: ::tenancy::__private::diesel::internal::table_macro::TablesampleMethod);
    let once = quote!(::tenancy::__private::diesel::query_source::Once);
    let appears = quote!(::tenancy::__private::diesel::query_source::AppearsInFromClause);
    quote! {
        impl #appears<#only<table>> for table {
            type Count = #once;
        }
        impl #appears<table> for #only<table> {
            type Count = #once;
        }
        impl<TSM> #appears<#sample<table, TSM>> for table
        where
            #method,
        {
            type Count = #once;
        }
        impl<TSM> #appears<table> for #sample<table, TSM>
        where
            #method,
        {
            type Count = #once;
        }
    }
}
