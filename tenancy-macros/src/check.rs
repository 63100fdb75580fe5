//! Checks on the user's tokens that give an error on the token itself.

use diesel_table_macro_syntax::{ColumnDef, TableDecl};
use syn::{Error, LitStr, PathArguments, Result};

use crate::model::is_called;

/// The SQL types a tenant column may have, as `diesel::sql_types` and `print-schema` call them.
const KEY_TYPES: &[&str] =
    &["Text", "Varchar", "VarChar", "Bpchar", "Uuid", "BigInt", "Bigint", "Int8", "Integer", "Int4"];

/// The same in messages, one name for each type.
const EXPECTED: &str = "`Text`, `Varchar`, `Uuid`, `BigInt` or `Integer`";

/// Refuses a tenant column that is nullable or of a type the key cannot have.
pub(crate) fn tenant_column_type(column: &ColumnDef) -> Result<()> {
    let Some(last) = column.tpe.path.segments.last() else {
        return Ok(());
    };
    let name = &column.column_name;
    if last.ident == "Nullable" {
        return Err(Error::new_spanned(
            &column.tpe,
            format!(
                "the tenant column `{name}` is nullable: a row without a tenant belongs to nobody; make it NOT NULL"
            ),
        ));
    }
    let known = KEY_TYPES.iter().any(|k| last.ident == k) && matches!(last.arguments, PathArguments::None);
    if known {
        return Ok(());
    }
    Err(Error::new_spanned(
        &column.tpe,
        format!("the tenant column `{name}` has a type a tenant's id cannot have: expected {EXPECTED}"),
    ))
}

/// Refuses the name of a column that none of the tables has. If some have it, each of the others is an error
/// of its own.
pub(crate) fn named_column_exists(tables: &[&TableDecl], named: &LitStr) -> Result<()> {
    let name = named.value();
    let has = |table: &TableDecl| table.column_defs.iter().any(|column| is_called(column, &name));
    let Some((first, rest)) = tables.split_first().filter(|_| !tables.iter().any(|table| has(table))) else {
        return Ok(());
    };
    let in_all = |column: &ColumnDef| {
        rest.iter().all(|table| table.column_defs.iter().any(|c| c.column_name == column.column_name))
    };
    let candidates: Vec<String> = first
        .column_defs
        .iter()
        .filter(|column| tenant_column_type(column).is_ok() && in_all(column))
        .map(|column| format!("`{}`", column.column_name))
        .collect();
    let who = match rest {
        [] => format!("`{}` has no column `{name}`", first.table_name),
        _ => format!("no table of this module has a column `{name}`"),
    };
    let expected = match candidates.as_slice() {
        [] => format!("a column of the type {EXPECTED}"),
        candidates => format!("one of {}", candidates.join(", ")),
    };
    Err(Error::new(named.span(), format!("{who}: expected {expected}")))
}

/// Refuses a column that is called like its table: inside the table's module both would be one name.
pub(crate) fn column_names(table: &TableDecl) -> Result<()> {
    match table.column_defs.iter().find(|column| column.column_name == table.table_name) {
        Some(column) => Err(Error::new(
            column.column_name.span(),
            format!(
                "a column cannot be called like its table\n\
                 help: give it another name here and keep the database's: `#[sql_name = \"{}\"] {}_ -> …`",
                column.sql_name, column.sql_name
            ),
        )),
        None => Ok(()),
    }
}
