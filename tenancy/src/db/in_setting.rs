//! Statements on PostgreSQL that something is said around. Apart from those that are sent bare, whose way is to be short.

use std::future::Future;

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel_async::AsyncConnectionCore;
use diesel_async::pg::AsyncPgConnection;
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};

use super::Postgres;
use super::backend::gate;
use super::pipeline::with_setting;
use super::prepared::Statement;
use super::session::Session;
use super::setting::Around;
use super::watched::{DriverRows, Loading, Watched};
use crate::context::Current;
use crate::query::Form;

/// Loads with something said around the statement.
#[inline(never)]
pub(super) fn load_in<'conn, 'query, T>(
    around: Around,
    session: &'conn mut Session<Postgres>,
    current: &'conn Current,
    form: Form,
    source: T,
) -> Loading<'conn>
where
    T: AsQuery + 'query,
    T::Query: QueryFragment<Pg> + QueryId + 'query,
{
    let gate = gate::<Postgres, T::Query>(current);
    let busy = session.busy();
    let Session { connection, prepared, .. } = session;
    let (statement, learn) = gate
        .clone()
        .open(|| Statement::told(source.as_query(), form.is_text(), prepared, connection, around.setting()));
    let connection: &'conn AsyncPgConnection = connection;
    let mut sends = connection;
    let rows = gate.open(|| sends.load(statement));
    // Rows are given when COMMIT has answered, and it answers behind them. An error among them is the
    // statement's: nothing of it is committed.
    let goes = learn.goes();
    let rows = with_setting(connection, busy, around, goes, to_the_end(rows)).boxed();
    Loading::read(Watched::by_itself(learn.when(rows, prepared)))
}

/// Executes with something said around the statement.
#[inline(never)]
pub(super) fn execute_in<'conn, 'query, T>(
    around: Around,
    session: &'conn mut Session<Postgres>,
    current: &'conn Current,
    form: Form,
    source: T,
) -> Watched<'conn, usize>
where
    T: QueryFragment<Pg> + QueryId + 'query,
{
    let gate = gate::<Postgres, T>(current);
    let busy = session.busy();
    let Session { connection, prepared, .. } = session;
    let (statement, learn) =
        gate.clone().open(|| Statement::told(source, form.is_text(), prepared, connection, around.setting()));
    let connection: &'conn AsyncPgConnection = connection;
    let mut sends = connection;
    let count = gate.open(|| sends.execute_returning_count(statement));
    let goes = learn.goes();
    let count = with_setting(connection, busy, around, goes, count).boxed();
    Watched::by_itself(learn.when(count, prepared))
}

/// Reads all rows before it gives the first.
pub(super) async fn to_the_end(
    rows: impl Future<Output = QueryResult<DriverRows>>,
) -> QueryResult<DriverRows> {
    let rows: Vec<_> = rows.await?.try_collect().await?;
    Ok(stream::iter(rows.into_iter().map(Ok)).boxed())
}
