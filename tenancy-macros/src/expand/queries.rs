//! The queries of a model: what `#[tenant_scoped]` gives a struct.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{DeriveInput, Ident, Path};

pub(super) fn expand(input: &DeriveInput, table: &Path) -> TokenStream {
    let name = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let visibility = &input.vis;
    let [db, pk, v, x] = ["DB", "PK", "V", "X"].map(|wanted| unused(wanted, input, table));
    // A column that is imported as `key` is a value, which a parameter of that name would be taken for.
    let [key, values] = ["__key", "__values"].map(|name| Ident::new(name, Span::mixed_site()));
    let diesel = quote!(::tenancy::__private::diesel);
    let select = quote!(#diesel::dsl::AsSelect<Self, #db>);
    let find = quote!(#diesel::dsl::Find<#table::table, #pk>);
    let readable = quote! {
        #db: #diesel::backend::Backend,
        Self: #diesel::Selectable<#db>,
        <Self as #diesel::Selectable<#db>>::SelectExpression: #diesel::query_builder::QueryId
    };
    quote! {
        #[allow(dead_code)]
        impl #generics #name #arguments #bounds {
            /// The tenant's rows, read as this model.
            #visibility fn query<#db>() -> #diesel::dsl::Select<#table::table, #select>
            where
                #readable,
                #table::table: #diesel::query_dsl::methods::SelectDsl<#select>,
            {
                #diesel::QueryDsl::select(#table::table, <Self as #diesel::SelectableHelper<#db>>::as_select())
            }

            /// The tenant's row with this primary key, read as this model.
            #visibility fn find<#pk, #db>(#key: #pk) -> #diesel::dsl::Select<#find, #select>
            where
                #readable,
                #table::table: #diesel::query_dsl::methods::FindDsl<#pk>,
                #find: #diesel::query_dsl::methods::SelectDsl<#select>,
            {
                #diesel::query_dsl::methods::SelectDsl::select(
                    #diesel::query_dsl::methods::FindDsl::find(#table::table, #key),
                    <Self as #diesel::SelectableHelper<#db>>::as_select(),
                )
            }

            /// An insert of `values` for the tenant, which gives this model where its rows are asked for.
            #visibility fn create<#v, #db>(#values: #v) -> ::tenancy::dsl::Create<#table::table, #v, #select>
            where
                #readable,
                #v: ::tenancy::query::TenantInsertable<#table::table>,
                #select: #diesel::SelectableExpression<#table::table> + #diesel::expression::NonAggregate,
            {
                ::tenancy::query::TenantInsertable::<#table::table>::tenant_insert(
                    #values,
                    <Self as #diesel::SelectableHelper<#db>>::as_returning(),
                )
            }

            /// An update of the tenant's row with this primary key: call `set` on it.
            #visibility fn update<#pk>(#key: #pk) -> ::tenancy::dsl::Update<#find>
            where
                #table::table: #diesel::query_dsl::methods::FindDsl<#pk>,
                #find: ::tenancy::query::IntoWriteTarget<::tenancy::query::ByQuery>,
            {
                ::tenancy::update(#diesel::query_dsl::methods::FindDsl::find(#table::table, #key))
            }

            /// A delete of the tenant's row with this primary key.
            #visibility fn delete<#pk>(#key: #pk) -> ::tenancy::dsl::Delete<#find>
            where
                #table::table: #diesel::query_dsl::methods::FindDsl<#pk>,
                #find: ::tenancy::query::IntoWriteTarget<::tenancy::query::ByQuery>,
            {
                ::tenancy::delete(#diesel::query_dsl::methods::FindDsl::find(#table::table, #key))
            }

            // In front of Diesel's method of this name, which the compiler would refuse at length.
            #[doc(hidden)]
            #visibility fn save_changes<#x>(&self, _: impl ::core::marker::Sized) -> #x::Outcome
            where
                #x: ::tenancy::__private::CarriesTenant,
                ::tenancy::__private::DieselWrite: ::tenancy::__private::Itself<It = #x>,
            {
                ::core::unreachable!()
            }
        }
    }
}

/// A name for a generic of a method that hides none of the struct's own and not the table's module. Generics of types
/// have no hygiene.
fn unused(wanted: &str, input: &DeriveInput, table: &Path) -> Ident {
    let types = input.generics.type_params().map(|parameter| &parameter.ident);
    let constants = input.generics.const_params().map(|parameter| &parameter.ident);
    let module = table.segments.first().map(|segment| &segment.ident);
    let taken: Vec<&Ident> = types.chain(constants).chain(module).collect();
    let mut name = wanted.to_owned();
    while taken.iter().any(|taken| **taken == name) {
        name.insert(0, '_');
    }
    Ident::new(&name, Span::call_site())
}
