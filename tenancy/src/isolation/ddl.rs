//! Statements that name schemas, databases and tables: text of ours, and identifiers that Diesel quotes.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Text};

/// One statement.
#[derive(Debug, Default)]
pub(super) struct Ddl {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Sql(&'static str),
    Name(String),
    Text(String),
}

impl Ddl {
    pub(super) fn new(sql: &'static str) -> Self {
        Self { parts: vec![Part::Sql(sql)] }
    }

    pub(super) fn sql(mut self, sql: &'static str) -> Self {
        self.parts.push(Part::Sql(sql));
        self
    }

    /// An identifier, quoted.
    pub(super) fn name(mut self, name: impl Into<String>) -> Self {
        self.parts.push(Part::Name(name.into()));
        self
    }

    /// A value, bound.
    pub(super) fn text(mut self, text: impl Into<String>) -> Self {
        self.parts.push(Part::Text(text.into()));
        self
    }
}

impl<DB> QueryFragment<DB> for Ddl
where
    DB: Backend + HasSqlType<Text>,
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        for part in &self.parts {
            match part {
                Part::Sql(sql) => out.push_sql(sql),
                Part::Name(name) => out.push_identifier(name)?,
                Part::Text(text) => out.push_bind_param::<Text, String>(text)?,
            }
        }
        Ok(())
    }
}

impl QueryId for Ddl {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
