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
    push_name(column, &mut out)
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
        push_name(table, out)?;
        out.push_sql(".");
    }
    Ok(())
}

/// As `push_identifier`, which copies each name to escape it, also those of which there is nothing to escape. A query
/// has a dozen of them.
pub(super) fn push_name<DB: Backend>(name: &str, out: &mut AstPass<'_, '_, DB>) -> QueryResult<()> {
    let is_plain = |byte: u8| byte == b'_' || byte.is_ascii_alphanumeric();
    match quote::<DB>() {
        Some(quote) if name.bytes().all(is_plain) => {
            out.push_sql(quote);
            out.push_sql(name);
            out.push_sql(quote);
            Ok(())
        }
        _ => out.push_identifier(name),
    }
}

/// What the backend's query builder puts around a name, for those that are known here.
///
/// Nothing ties `DB` to a lifetime, so that it could be asked for its identity otherwise.
fn quote<DB>() -> Option<&'static str> {
    match std::any::type_name::<DB>() {
        "diesel::pg::backend::Pg" => Some("\""),
        "diesel::sqlite::backend::Sqlite" | "diesel::mysql::backend::Mysql" => Some("`"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use diesel::debug_query;
    use diesel::query_builder::{QueryFragment, QueryId};

    use super::*;

    struct Named(&'static str);

    impl QueryId for Named {
        type QueryId = ();
        const HAS_STATIC_QUERY_ID: bool = false;
    }

    impl<DB: Backend> QueryFragment<DB> for Named {
        fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
            push_name(self.0, &mut out)?;
            out.push_sql(" ");
            out.push_identifier(self.0)
        }
    }

    /// The short way writes what Diesel writes, and is taken: the backends' paths are what they were.
    #[test]
    fn a_name_is_quoted_as_diesel_quotes_it() {
        for name in ["orders", "Order Items", "a\"b", "a`b", "`", "\"", "", "größe"] {
            let written = [
                #[cfg(feature = "postgres")]
                debug_query::<diesel::pg::Pg, _>(&Named(name)).to_string(),
                #[cfg(feature = "sqlite")]
                debug_query::<diesel::sqlite::Sqlite, _>(&Named(name)).to_string(),
                #[cfg(feature = "mysql")]
                debug_query::<diesel::mysql::Mysql, _>(&Named(name)).to_string(),
            ];
            for sql in written {
                let sql = sql.split(" -- ").next().unwrap();
                let (ours, diesels) = sql.split_at(sql.len() / 2);
                assert_eq!(ours.trim(), diesels.trim(), "{name}");
            }
        }
        #[cfg(feature = "postgres")]
        assert!(quote::<diesel::pg::Pg>().is_some());
        #[cfg(feature = "sqlite")]
        assert!(quote::<diesel::sqlite::Sqlite>().is_some());
        #[cfg(feature = "mysql")]
        assert!(quote::<diesel::mysql::Mysql>().is_some());
    }
}
