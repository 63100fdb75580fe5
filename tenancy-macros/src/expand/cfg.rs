//! The conditions under which a table is there, for what the macros write beside it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

/// The attributes that may take away what they stand on, as they are.
pub(super) fn of(attributes: &[Attribute]) -> TokenStream {
    let conditions = attributes.iter().filter(|attribute| is_condition(&attribute.meta));
    quote!(#(#conditions)*)
}

/// `cfg(…)`, or `cfg_attr(…, cfg(…))` at whatever depth.
fn is_condition(meta: &Meta) -> bool {
    if meta.path().is_ident("cfg") {
        return true;
    }
    let inside = || match meta {
        Meta::List(list) => list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok(),
        _ => None,
    };
    meta.path().is_ident("cfg_attr") && inside().is_some_and(|metas| metas.iter().skip(1).any(is_condition))
}
