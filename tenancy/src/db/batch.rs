//! Batches on SQLite, which has no DEFAULT among values. Rows that set the same columns are one statement; where
//! they differ, each run of rows that agree is one, and all of them are one transaction. Diesel alone does it
//! row by row.

use std::ops::Range;

use diesel::connection::LoadConnection;
use diesel::query_builder::{CollectedQuery, MoveableBindCollector, QueryBuilder, QueryFragment};
use diesel::row::IntoOwnedRow;
use diesel::sqlite::{Sqlite as DieselSqlite, SqliteQueryBuilder};
use diesel::{Connection, QueryResult, SqliteConnection};
use futures_core::future::BoxFuture;

use super::backend::sealed::Driver;
use super::session::Session;
use super::sqlite::Sqlite;
use crate::query::{Form, Gate, only, parts_of};

type Binds = <DieselSqlite as diesel::backend::Backend>::BindCollector<'static>;
type Collected = CollectedQuery<<Binds as MoveableBindCollector<DieselSqlite>>::BindData>;
type Cache<'conn, 'query> =
    <<SqliteConnection as LoadConnection>::Row<'conn, 'query> as IntoOwnedRow<'conn, DieselSqlite>>::Cache;

/// What becomes of a statement.
pub(super) enum Plan {
    /// It runs as it is; if it is a batch, these are its rows.
    Whole(Option<Range<usize>>),
    /// It is a batch that needs several.
    Parts(Vec<Collected>),
}

impl Plan {
    /// Costs, for an INSERT of ours, one comparison of its rows.
    pub(super) fn of(
        form: Form,
        gate: &Gate,
        statement: &impl QueryFragment<DieselSqlite>,
    ) -> QueryResult<Self> {
        if !form.is_tenancy_insert {
            return Ok(Self::Whole(None));
        }
        let walk = || statement.is_noop(&DieselSqlite).map(drop);
        let parts = gate.clone().open(|| parts_of(walk))?;
        if parts.len() < 2 {
            return Ok(Self::Whole(parts.into_iter().next()));
        }
        let collected = parts
            .into_iter()
            .map(|rows| gate.clone().open(|| only(rows, || collect(statement))))
            .collect::<QueryResult<_>>()?;
        Ok(Self::Parts(collected))
    }
}

/// Writes a statement as it is. The rows of a batch have been compared, and are not compared again.
pub(super) fn whole<R>(rows: Option<Range<usize>>, gate: Gate, write: impl FnOnce() -> R) -> R {
    gate.open(|| match rows {
        Some(rows) => only(rows, write),
        None => write(),
    })
}

/// The statement as text and values, which other threads can have.
fn collect(statement: &impl QueryFragment<DieselSqlite>) -> QueryResult<Collected> {
    let mut builder = SqliteQueryBuilder::default();
    statement.to_sql(&mut builder, &DieselSqlite)?;
    let mut binds = Binds::default();
    statement.collect_binds(&mut binds, &mut (), &DieselSqlite)?;
    Ok(CollectedQuery::new(builder.finish(), false, binds.moveable()))
}

/// Runs the parts in one transaction, or in a savepoint of the one that is open.
pub(super) fn execute<'a>(
    session: &mut Session<Sqlite>,
    parts: Vec<Collected>,
) -> BoxFuture<'a, QueryResult<usize>> {
    session.connection.spawn_blocking(move |connection| {
        connection
            .transaction(|connection| parts.iter().map(|part| connection.execute_returning_count(part)).sum())
    })
}

/// The same, for the rows that come back.
pub(super) fn load<'a>(
    session: &mut Session<Sqlite>,
    parts: Vec<Collected>,
) -> BoxFuture<'a, QueryResult<Vec<<Sqlite as Driver>::Row>>> {
    session.connection.spawn_blocking(move |connection| {
        connection.transaction(|connection| {
            let mut rows = Vec::new();
            for part in &parts {
                let mut cache = Cache::default();
                for row in connection.load(part)? {
                    rows.push(row?.into_owned(&mut cache));
                }
            }
            Ok(rows)
        })
    })
}
