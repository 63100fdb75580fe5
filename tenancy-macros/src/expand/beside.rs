//! The macros that stand beside tables in a module: which of them make none, and whose they are.

use syn::visit_mut::VisitMut;
use syn::{Block, Ident, ItemMacro, Path, parse_quote_spanned};

use super::table;

/// Diesel's macros that stand in a module of tables and make none.
const HARMLESS: &[&str] = &[
    "allow_columns_to_appear_in_same_group_by_clause",
    "allow_tables_to_appear_in_same_query",
    "define_sql_function",
    "joinable",
    "sql_function",
];

/// Whether a macro may make tables that nobody sees here. A `table!` under another name does, and so may a macro
/// of the application's own that is called like one of Diesel's.
pub(super) fn hides_tables(item: &ItemMacro) -> bool {
    let is_definition = item.ident.is_some();
    let path = &item.mac.path;
    !is_definition
        && !table::is_table_macro(item)
        && !is_include(item)
        && !is_alias(path)
        && harmless(path).is_none()
}

/// Whether one of Diesel's harmless macros is called so.
pub(super) fn is_harmless(name: &Ident) -> bool {
    HARMLESS.iter().any(|harmless| name == harmless)
}

/// `include!`, the compiler's.
pub(super) fn is_include(item: &ItemMacro) -> bool {
    named(&item.mac.path, &["include"], &["std", "core"]).is_some()
}

/// The last word of a path that is, or by its beginning can be taken for, one of Diesel's harmless macros.
fn harmless(path: &Path) -> Option<&Ident> {
    named(path, HARMLESS, &["diesel", "tenancy"])
}

/// An alias has a path: without one nobody can tell whose `alias!` it is.
fn is_alias(path: &Path) -> bool {
    path.segments.len() > 1 && named(path, &["alias"], &["diesel", "tenancy"]).is_some()
}

fn named<'a>(path: &'a Path, names: &[&str], crates: &[&str]) -> Option<&'a Ident> {
    let (first, last) = (&path.segments.first()?.ident, &path.segments.last()?.ident);
    let is_theirs = match path.segments.len() {
        1 => path.leading_colon.is_none(),
        _ => crates.iter().any(|name| first == name),
    };
    (is_theirs && names.iter().any(|name| last == name)).then_some(last)
}

/// Makes the harmless macros Diesel's own and `include!` the compiler's, whatever else these names mean there.
pub(super) struct Whose;

impl VisitMut for Whose {
    fn visit_item_macro_mut(&mut self, item: &mut ItemMacro) {
        if item.ident.is_some() {
            return;
        }
        if let Some(name) = harmless(&item.mac.path) {
            item.mac.path = parse_quote_spanned!(name.span()=> ::tenancy::__private::diesel::#name);
        } else if is_include(item) {
            let at = item.mac.path.segments.last().map(|segment| segment.ident.span());
            if let Some(span) = at {
                item.mac.path = parse_quote_spanned!(span=> ::core::include);
            }
        }
    }

    // What a function has inside is its own.
    fn visit_block_mut(&mut self, _: &mut Block) {}
}
