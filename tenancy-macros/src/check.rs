//! Checks on the user's tokens that give an error on the token itself.

use diesel_table_macro_syntax::ColumnDef;
use syn::{Error, PathArguments, Result};

/// The SQL types a tenant column may have, as `diesel::sql_types` and `print-schema` call them.
const KEY_TYPES: &[&str] =
    &["Text", "Varchar", "VarChar", "Bpchar", "Uuid", "BigInt", "Bigint", "Int8", "Integer", "Int4"];

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
        format!(
            "the tenant column `{name}` has a type a tenant's id cannot have: expected `Text`, `Varchar`, `Uuid`, `BigInt` or `Integer`"
        ),
    ))
}
