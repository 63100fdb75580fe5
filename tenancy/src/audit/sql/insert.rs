//! The one statement that writes to the table: an INSERT of several rows, on SQLite too, where Diesel alone writes them row
//! by row.

use std::fmt;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Binary, HasSqlType, Nullable, Text};

use crate::audit::link::Link;
use crate::store::{Moment, Time};

const TABLE: &str = "tenancy_audit";
const COLUMNS: [&str; 16] = [
    "tenant",
    "seq",
    "at",
    "actor_kind",
    "actor_id",
    "actor_name",
    "action",
    "resource_kind",
    "resource_id",
    "details",
    "ip",
    "user_agent",
    "request_id",
    "scheme",
    "previous",
    "hash",
];

/// `INSERT INTO tenancy_audit (…) VALUES (…), (…)`.
pub struct InsertLinks(Vec<(Link, Time)>);

impl InsertLinks {
    pub(super) fn new(links: Vec<Link>) -> Self {
        // What is written has a time.
        let timed = |link: Link| {
            let time = Time(link.at.unwrap_or_default());
            (link, time)
        };
        Self(links.into_iter().map(timed).collect())
    }
}

impl QueryId for InsertLinks {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB> QueryFragment<DB> for InsertLinks
where
    DB: Backend + HasSqlType<Moment>,
    i64: ToSql<BigInt, DB>,
    String: ToSql<Text, DB>,
    Option<String>: ToSql<Nullable<Text>, DB>,
    Vec<u8>: ToSql<Binary, DB>,
    Time: ToSql<Moment, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if self.0.len() > 1 {
            // A statement for each number of rows.
            out.unsafe_to_cache_prepared();
        }
        out.push_sql("INSERT INTO ");
        out.push_identifier(TABLE)?;
        for (at, column) in COLUMNS.into_iter().enumerate() {
            out.push_sql(if at == 0 { " (" } else { ", " });
            out.push_identifier(column)?;
        }
        for (at, (link, time)) in self.0.iter().enumerate() {
            out.push_sql(if at == 0 { ") VALUES (" } else { "), (" });
            out.push_bind_param::<Text, _>(&link.chain)?;
            out.push_sql(", ");
            out.push_bind_param::<BigInt, _>(&link.seq)?;
            out.push_sql(", ");
            out.push_bind_param::<Moment, _>(time)?;
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(&link.actor_kind)?;
            for text in [&link.actor_id, &link.actor_name] {
                out.push_sql(", ");
                out.push_bind_param::<Nullable<Text>, _>(text)?;
            }
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(&link.action)?;
            for text in [&link.resource_kind, &link.resource_id] {
                out.push_sql(", ");
                out.push_bind_param::<Nullable<Text>, _>(text)?;
            }
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(&link.details)?;
            for text in [&link.ip, &link.user_agent, &link.request_id] {
                out.push_sql(", ");
                out.push_bind_param::<Nullable<Text>, _>(text)?;
            }
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(&link.scheme)?;
            for bytes in [&link.previous, &link.hash] {
                out.push_sql(", ");
                out.push_bind_param::<Binary, _>(bytes)?;
            }
        }
        out.push_sql(")");
        Ok(())
    }
}

impl fmt::Debug for InsertLinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InsertLinks").field("rows", &self.0.len()).finish()
    }
}
