//! The file of an `include!` in a module with `#[tenant_scoped]`.

use proc_macro2::Span;
use syn::{Error, File, Item, ItemMacro, LitStr, Result};

use super::module::has_tables;

/// Refuses a file with tables in a module inside: there `diesel` is Diesel again, and they would be everybody's. That is
/// how `diesel print-schema` writes the tables of a schema that is not the default one.
///
/// A file that cannot be read here, because its path is not written out or there is no compiler to ask, is not
/// looked into.
pub(super) fn no_tables_out_of_reach(include: &ItemMacro) -> Result<()> {
    let Ok(path) = syn::parse2::<LitStr>(include.mac.tokens.clone()) else {
        return Ok(());
    };
    let inner = read(&path).into_iter().flat_map(|file| file.items).find_map(|item| match item {
        Item::Mod(module) if has_tables(&module) => Some(module.ident),
        _ => None,
    });
    match inner {
        None => Ok(()),
        Some(inner) => Err(Error::new(
            path.span(),
            format!(
                "tables in a module inside are not scoped by the module around it, and this file has `mod {inner}`\n\
                 help: write `#[tenant_scoped] mod {inner} {{ include!(\"{inner}.rs\"); }}` here, with the tables in a file of \
                 their own"
            ),
        )),
    }
}

fn read(path: &LitStr) -> Option<File> {
    let here = source_of(path.span())?;
    let text = std::fs::read_to_string(here.parent()?.join(path.value())).ok()?;
    syn::parse_file(&text).ok()
}

/// The file in which the span is. None in this crate's own tests, where there is no compiler.
fn source_of(span: Span) -> Option<std::path::PathBuf> {
    proc_macro::is_available().then(|| span.unwrap().local_file()).flatten()
}
