//! The SQL of a column. It stands here and not in the expansion, where the compiler would check it anew for
//! every column of an application.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::AstPass;

/// `"table"."column"`, or the column alone where the statement names no table.
///
/// # Errors
///
/// Whatever Diesel's query builder finds wrong with the names.
pub fn push_column<DB: Backend>(table: &str, column: &str, mut out: AstPass<'_, '_, DB>) -> QueryResult<()> {
    push_prefix(table, &mut out)?;
    out.push_identifier(column)
}

/// `"table".*`
///
/// # Errors
///
/// As [`push_column`].
pub fn push_star<DB: Backend>(table: &str, mut out: AstPass<'_, '_, DB>) -> QueryResult<()> {
    push_prefix(table, &mut out)?;
    out.push_sql("*");
    Ok(())
}

fn push_prefix<DB: Backend>(table: &str, out: &mut AstPass<'_, '_, DB>) -> QueryResult<()> {
    if !out.should_skip_from() {
        out.push_identifier(table)?;
        out.push_sql(".");
    }
    Ok(())
}
