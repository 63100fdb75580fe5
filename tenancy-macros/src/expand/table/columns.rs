//! The columns of a scoped table: types that name a column, and where each may be selected.

use diesel_table_macro_syntax::ColumnDef;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{GenericArgument, Ident, PathArguments, Type, TypePath};

use crate::model::ScopedTable;

pub(super) fn expand(table: &ScopedTable) -> TokenStream {
    let star = star(table);
    let grouping = grouping(table);
    let tenant = table.tenant_column().map(|c| &c.column_name);
    let columns = table
        .decl
        .column_defs
        .iter()
        .map(|column| self::column(table, column, Some(&column.column_name) == tenant));
    quote! {
        #star
        #(#columns)*
        #grouping
    }
}

fn star(table: &ScopedTable) -> TokenStream {
    let columns: Vec<&Ident> = table.decl.column_defs.iter().map(|c| &c.column_name).collect();
    let table_sql = &table.decl.sql_name;
    quote! {
        /// `table.*`, for counting.
        #[allow(non_camel_case_types)]
        #[derive(Debug, Clone, Copy)]
        pub struct star;

        impl ::tenancy::__private::diesel::query_builder::QueryId for star {
            type QueryId = star;
        }

        impl ::tenancy::__private::diesel::Expression for star {
            type SqlType = ::tenancy::__private::diesel::expression::expression_types::NotSelectable;
        }

        impl<__GB> ::tenancy::__private::diesel::expression::ValidGrouping<__GB> for star
        where
            (#(#columns,)*): ::tenancy::__private::diesel::expression::ValidGrouping<__GB>,
        {
            type IsAggregate =
                <(#(#columns,)*) as ::tenancy::__private::diesel::expression::ValidGrouping<__GB>>::IsAggregate;
        }

        impl<DB> ::tenancy::__private::diesel::query_builder::QueryFragment<DB> for star
        where
            DB: ::tenancy::__private::diesel::backend::Backend,
        {
            fn walk_ast<'b>(
                &'b self,
                __out: ::tenancy::__private::diesel::query_builder::AstPass<'_, 'b, DB>,
            ) -> ::tenancy::__private::diesel::result::QueryResult<()> {
                ::tenancy::__private::push_star(#table_sql, __out)
            }
        }

        impl ::tenancy::__private::diesel::SelectableExpression<table> for star {}
        impl ::tenancy::__private::diesel::AppearsOnTable<table> for star {}
    }
}

fn column(table: &ScopedTable, column: &ColumnDef, is_tenant: bool) -> TokenStream {
    // The user's position, with names that do not collide with the user's.
    let span = Span::mixed_site().located_at(column.column_name.span());
    let (meta, name, sql_name, tpe) = (&column.meta, &column.column_name, &column.sql_name, &column.tpe);
    let table_sql = &table.decl.sql_name;
    let quoted = ['"', '`'].map(|quote| format!("{}.{}", quoted(table_sql, quote), quoted(sql_name, quote)));
    let selectable = selectable(name, span);
    let operators = operators(name, tpe);
    let max_length = column.max_length.as_ref().map(|length| {
        quote_spanned! {span=>
            impl ::tenancy::__private::diesel::query_source::SizeRestrictedColumn for #name {
                const MAX_LENGTH: usize = #length;
            }
        }
    });
    // The tenant column is no `Column`: it cannot be inserted, set or moved. The bound holds for nothing
    // and exists for its message.
    let never = is_tenant.then(|| quote_spanned!(span=> <X>));
    let not_a_column = is_tenant.then(|| {
        quote_spanned! {span=>
            where
                X: ::tenancy::__private::Writable,
                ::tenancy::__private::TenantColumn: ::tenancy::__private::Itself<It = X>
        }
    });
    let max_length = if is_tenant { None } else { max_length };

    quote_spanned! {span=>
        #(#meta)*
        #[allow(non_camel_case_types, dead_code)]
        #[derive(Debug, Clone, Copy, Default)]
        pub struct #name;

        impl ::tenancy::__private::diesel::query_builder::QueryId for #name {
            type QueryId = #name;
        }

        impl ::tenancy::__private::diesel::Expression for #name {
            type SqlType = #tpe;
        }

        impl #never ::tenancy::__private::diesel::query_source::Column for #name
        #not_a_column
        {
            type Table = table;
            const NAME: &'static str = #sql_name;
        }

        impl<DB> ::tenancy::__private::diesel::query_builder::QueryFragment<DB> for #name
        where
            DB: ::tenancy::__private::diesel::backend::Backend,
        {
            fn walk_ast<'b>(
                &'b self,
                __out: ::tenancy::__private::diesel::query_builder::AstPass<'_, 'b, DB>,
            ) -> ::tenancy::__private::diesel::result::QueryResult<()> {
                ::tenancy::__private::push_column(#table_sql, #sql_name, [#(#quoted),*], __out)
            }
        }

        impl<T> ::tenancy::__private::diesel::EqAll<T> for #name
        where
            T: ::tenancy::__private::diesel::expression::AsExpression<#tpe>,
            ::tenancy::__private::diesel::dsl::Eq<#name, T::Expression>:
                ::tenancy::__private::diesel::Expression<SqlType = ::tenancy::__private::diesel::sql_types::Bool>,
        {
            type Output = ::tenancy::__private::diesel::dsl::Eq<Self, T::Expression>;

            fn eq_all(self, __rhs: T) -> Self::Output {
                ::tenancy::__private::diesel::ExpressionMethods::eq(self, __rhs)
            }
        }

        #selectable
        #operators
        #max_length
    }
}

/// The name as SQL has it between these quotes.
fn quoted(name: &str, quote: char) -> String {
    format!("{quote}{}{quote}", name.replace(quote, &format!("{quote}{quote}")))
}

/// Where the column may be selected: its table, and joins in which the table appears once; on the right
/// side of an outer join only as nullable.
fn selectable(name: &Ident, span: Span) -> TokenStream {
    let selectable = quote!(::tenancy::__private::diesel::SelectableExpression);
    let appears_on = quote!(::tenancy::__private::diesel::AppearsOnTable);
    let appears_in = quote!(::tenancy::__private::diesel::query_source::AppearsInFromClause);
    let source = quote!(::tenancy::__private::diesel::query_source::QuerySource);
    let count = quote!(::tenancy::__private::diesel::query_source);
    let internal = quote!(::tenancy::__private::diesel::internal::table_macro);
    let join = quote!(#internal::Join);
    let postgres = cfg!(feature = "postgres").then(|| {
        let only = quote!(::tenancy::__private::diesel::query_builder::Only);
        let sample = quote!(::tenancy::__private::diesel::query_builder::Tablesample);
        quote_spanned! {span=>
            impl #appears_in<#only<table>> for #name {
                type Count = #count::Once;
            }
            impl #selectable<#only<table>> for #name {}
            impl<TSM> #appears_in<#sample<table, TSM>> for #name
            where
                TSM: #internal::TablesampleMethod,
            {
                type Count = #count::Once;
            }
            impl<TSM> #selectable<#sample<table, TSM>> for #name where TSM: #internal::TablesampleMethod {}
        }
    });
    quote_spanned! {span=>
        impl #selectable<table> for #name {}

        impl<QS> #appears_on<QS> for #name where QS: #appears_in<table, Count = #count::Once> {}

        impl<Left, Right> #selectable<#join<Left, Right, #internal::LeftOuter>> for #name
        where
            #name: #appears_on<#join<Left, Right, #internal::LeftOuter>> + #selectable<Left>,
            Left: #source,
            Right: #appears_in<table, Count = #count::Never> + #source,
        {
        }

        impl<Left, Right> #selectable<#join<Left, Right, #internal::Inner>> for #name
        where
            #name: #appears_on<#join<Left, Right, #internal::Inner>>,
            Left: #appears_in<table> + #source,
            Right: #appears_in<table> + #source,
            (Left::Count, Right::Count): #internal::Pick<Left, Right>,
            Self: #selectable<<(Left::Count, Right::Count) as #internal::Pick<Left, Right>>::Selection>,
        {
        }

        impl<Join, On> #selectable<#internal::JoinOn<Join, On>> for #name where
            #name: #selectable<Join> + #appears_on<#internal::JoinOn<Join, On>>
        {
        }

        impl<From> #selectable<#internal::SelectStatement<#internal::FromClause<From>>> for #name
        where
            From: #source,
            #name: #selectable<From> + #appears_on<#internal::SelectStatement<#internal::FromClause<From>>>,
        {
        }

        #postgres
    }
}

/// Which columns a GROUP BY makes valid to select: only those it names.
///
/// Diesel also allows every column under a GROUP BY of the primary key. A database sees that dependency
/// on a table, not through the sub-select that a shared table is read through, so it would be refused at
/// run time there and accepted under the other isolations.
fn grouping(table: &ScopedTable) -> TokenStream {
    let names: Vec<&Ident> = table.decl.column_defs.iter().map(|c| &c.column_name).collect();
    let contained = quote!(::tenancy::__private::diesel::expression::IsContainedInGroupBy);
    let module = quote!(::tenancy::__private::diesel::expression::is_contained_in_group_by);
    let aggregate = quote!(::tenancy::__private::diesel::expression::is_aggregate);
    let mut out = TokenStream::new();
    for grouped in &names {
        out.extend(quote! {
            impl ::tenancy::__private::diesel::expression::ValidGrouping<()> for #grouped {
                type IsAggregate = #aggregate::No;
            }
            impl<__GB> ::tenancy::__private::diesel::expression::ValidGrouping<__GB> for #grouped
            where
                __GB: #contained<#grouped, Output = #module::Yes>,
            {
                type IsAggregate = #aggregate::Yes;
            }
        });
        for selected in &names {
            let output = Ident::new(if grouped == selected { "Yes" } else { "No" }, Span::mixed_site());
            out.extend(quote! {
                impl #contained<#selected> for #grouped {
                    type Output = #module::#output;
                }
            });
        }
    }
    out
}

/// `column + 1` and its like, for the types Diesel has them for.
fn operators(name: &Ident, tpe: &TypePath) -> TokenStream {
    const NUMERIC: &[&str] = &[
        "SmallInt",
        "Int2",
        "Smallint",
        "SmallSerial",
        "Integer",
        "Int4",
        "Serial",
        "BigInt",
        "Int8",
        "Bigint",
        "BigSerial",
        "Decimal",
        "Float",
        "Float4",
        "Float8",
        "Double",
        "Numeric",
    ];
    const SHIFTING: &[&str] = &["Time", "Date", "Timestamp", "Timestamptz", "Cidr", "Inet"];

    let Some(base) = base_type(tpe) else {
        return TokenStream::new();
    };
    let operators: &[&str] = if NUMERIC.contains(&base.as_str()) {
        &["Add", "Sub", "Mul", "Div"]
    } else if SHIFTING.contains(&base.as_str()) {
        &["Add", "Sub"]
    } else {
        &[]
    };
    operators
        .iter()
        .map(|operator| {
            let method = Ident::new(&operator.to_lowercase(), name.span());
            let operator = Ident::new(operator, name.span());
            quote! {
                impl<Rhs> ::core::ops::#operator<Rhs> for #name
                where
                    Rhs: ::tenancy::__private::diesel::expression::AsExpression<
                        <<#name as ::tenancy::__private::diesel::Expression>::SqlType
                            as ::tenancy::__private::diesel::sql_types::ops::#operator>::Rhs,
                    >,
                {
                    type Output = ::tenancy::__private::diesel::internal::table_macro::ops::#operator<Self, Rhs::Expression>;

                    fn #method(self, __rhs: Rhs) -> Self::Output {
                        ::tenancy::__private::diesel::internal::table_macro::ops::#operator::new(self, __rhs.as_expression())
                    }
                }
            }
        })
        .collect()
}

/// The name of the type, looking through `Nullable<…>` and `Unsigned<…>`.
fn base_type(tpe: &TypePath) -> Option<String> {
    let last = tpe.path.segments.last()?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments)
            if (last.ident == "Nullable" || last.ident == "Unsigned") && arguments.args.len() == 1 =>
        {
            match arguments.args.first() {
                Some(GenericArgument::Type(Type::Path(inner))) => {
                    inner.path.segments.last().map(|segment| segment.ident.to_string())
                }
                _ => None,
            }
        }
        _ => Some(last.ident.to_string()),
    }
}
