//! The SQL of a column. It stands here and not in the expansion, where the compiler would check it anew for
//! every column of an application.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::AstPass;

use super::dialect::Dialect;

/// `"table"."column"`, or the column alone where the statement names no table.
///
/// `quoted` is the whole in double quotes and in backticks, written by the macro: `push_identifier` would copy each
/// name anew to escape it, and a query has a dozen of them.
///
/// # Errors
///
/// Whatever Diesel's query builder finds wrong with the names.
pub fn push_column<DB: Backend>(
    table: &str,
    column: &str,
    quoted: [&str; 2],
    mut out: AstPass<'_, '_, DB>,
) -> QueryResult<()> {
    if out.should_skip_from() {
        return out.push_identifier(column);
    }
    if let Some(quotes) = quotes_of::<DB>() {
        out.push_sql(quoted[quotes]);
        return Ok(());
    }
    out.push_identifier(table)?;
    out.push_sql(".");
    out.push_identifier(column)
}

/// `"table".*`
///
/// # Errors
///
/// As [`push_column`].
pub fn push_star<DB: Backend>(table: &str, mut out: AstPass<'_, '_, DB>) -> QueryResult<()> {
    if !out.should_skip_from() {
        out.push_identifier(table)?;
        out.push_sql(".");
    }
    out.push_sql("*");
    Ok(())
}

/// Which of the two a backend's query builder puts around a name. `None` for a backend that is not known here.
fn quotes_of<DB>() -> Option<usize> {
    match Dialect::of::<DB>()? {
        Dialect::Postgres => Some(0),
        Dialect::Sqlite | Dialect::Mysql => Some(1),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use diesel::debug_query;
    use diesel::query_builder::{QueryFragment, QueryId};

    use super::*;

    struct Column;

    impl QueryId for Column {
        type QueryId = ();
        const HAS_STATIC_QUERY_ID: bool = false;
    }

    impl<DB: Backend> QueryFragment<DB> for Column {
        fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
            push_column("orders", "id", ["in double quotes", "in backticks"], out)
        }
    }

    #[test]
    fn the_short_way_is_taken() {
        #[cfg(feature = "postgres")]
        assert!(debug_query::<diesel::pg::Pg, _>(&Column).to_string().starts_with("in double quotes"));
        #[cfg(feature = "sqlite")]
        assert!(debug_query::<diesel::sqlite::Sqlite, _>(&Column).to_string().starts_with("in backticks"));
        #[cfg(feature = "mysql")]
        assert!(debug_query::<diesel::mysql::Mysql, _>(&Column).to_string().starts_with("in backticks"));
    }
}
