//! SQLite through diesel-async's wrapper, on threads for blocking work.

use std::error::Error as StdError;
use std::path::Path;

use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::result::Error;
use diesel::{Connection, QueryResult, SqliteConnection};
use diesel_async::sync_connection_wrapper::{SpawnBlocking, SyncConnectionWrapper};
use diesel_async::{AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection};
use futures_core::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, TryFutureExt, future, stream};

use super::backend::sealed::Driver;
use super::backend::{Backend, RowStream, gate};
use super::batch::{self, Plan};
use super::session::{Busy, Session};
use super::{ConnectionError, DatabaseUrl};
use crate::context::Current;
use crate::query::Form;
use crate::tenant::Isolation;

/// What every connection of ours has set: readers beside one writer, foreign keys enforced, and five
/// seconds of patience with a file that is locked.
const SETTINGS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;";

/// SQLite.
#[derive(Debug, Clone, Copy)]
pub struct Sqlite;

impl Backend for Sqlite {}

impl Driver for Sqlite {
    const NAME: &'static str = "SQLite";

    type Diesel = diesel::sqlite::Sqlite;
    type Connection = SyncConnectionWrapper<SqliteConnection, Blocking>;
    type SyncConnection = SqliteConnection;
    type Row = <Self::Connection as AsyncConnectionCore>::Row<'static, 'static>;
    type Rows = RowStream<Self>;
    type LoadFuture<'conn, 'query> = BoxFuture<'query, QueryResult<RowStream<Self>>>;
    type ExecuteFuture<'conn, 'query> = BoxFuture<'query, QueryResult<usize>>;

    /// Not even a file of its own holds text: ATTACH opens any other.
    fn holds_text(_: Isolation) -> bool {
        false
    }

    fn connect(url: &DatabaseUrl) -> BoxFuture<'_, Result<Self::Connection, ConnectionError>> {
        async move {
            let mut connection =
                Self::Connection::establish(url.expose()).await.map_err(|error| url.unreachable(&error))?;
            connection.batch_execute(SETTINGS).await.map_err(|error| url.unreachable(&error))?;
            Ok(connection)
        }
        .boxed()
    }

    fn connect_sync(url: &DatabaseUrl) -> Result<Self::SyncConnection, ConnectionError> {
        use diesel::connection::SimpleConnection;

        let mut connection =
            SqliteConnection::establish(url.expose()).map_err(|error| url.unreachable(&error))?;
        connection.batch_execute(SETTINGS).map_err(|error| url.unreachable(&error))?;
        Ok(connection)
    }

    fn is_closed(_: &mut Self::Connection) -> bool {
        false
    }

    fn load<'conn, 'query, T>(
        session: &'conn mut Session<Self>,
        current: &'conn Current,
        form: Form,
        source: T,
    ) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Self::Diesel> + QueryId + 'query,
    {
        let gate = gate::<Self, T::Query>(current);
        let query = source.as_query();
        let plan = match Plan::of(form, &gate, &query) {
            Ok(plan) => plan,
            Err(error) => return Self::refuse_load(error),
        };
        let busy = session.busy();
        busy.raise();
        let rows = match plan {
            Plan::Whole(rows) => batch::whole(rows, gate, || session.connection.load(query)),
            Plan::Parts(parts) => {
                batch::load(session, parts).map_ok(|rows| stream::iter(rows).map(Ok).boxed()).boxed()
            }
        };
        watched(busy, rows)
    }

    fn execute<'conn, 'query, T>(
        session: &'conn mut Session<Self>,
        current: &'conn Current,
        form: Form,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Self::Diesel> + QueryId + 'query,
    {
        let gate = gate::<Self, T>(current);
        let plan = match Plan::of(form, &gate, &source) {
            Ok(plan) => plan,
            Err(error) => return Self::refuse_execute(error),
        };
        let busy = session.busy();
        busy.raise();
        let count = match plan {
            Plan::Whole(rows) => {
                batch::whole(rows, gate, || session.connection.execute_returning_count(source))
            }
            Plan::Parts(parts) => batch::execute(session, parts),
        };
        watched(busy, count)
    }

    fn batch<'conn>(
        session: &'conn mut Session<Self>,
        _: &'conn Current,
        sql: &'conn str,
    ) -> BoxFuture<'conn, QueryResult<()>> {
        let busy = session.busy();
        busy.raise();
        watched(busy, session.connection.batch_execute(sql).boxed())
    }

    fn refuse_load<'conn, 'query>(error: Error) -> Self::LoadFuture<'conn, 'query> {
        future::ready(Err(error)).boxed()
    }

    fn refuse_execute<'conn, 'query>(error: Error) -> Self::ExecuteFuture<'conn, 'query> {
        future::ready(Err(error)).boxed()
    }
}

/// Lowers the flag when the statement has finished. The statement runs on another thread: a future that is
/// dropped does not stop it, and the connection must not be touched while it runs.
fn watched<'a, R: Send + 'a>(
    busy: Busy,
    statement: BoxFuture<'a, QueryResult<R>>,
) -> BoxFuture<'a, QueryResult<R>> {
    statement.inspect(move |_| busy.lower()).boxed()
}

/// tokio's threads for blocking work, and nothing else.
///
/// diesel-async's own choice calls `block_in_place` when a statement's future is dropped, which panics on
/// the single-threaded runtimes of actix's workers.
#[derive(Debug)]
pub struct Blocking;

impl SpawnBlocking for Blocking {
    fn spawn_blocking<'a, R>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Box<dyn StdError + Send + Sync + 'static>>>
    where
        R: Send + 'static,
    {
        tokio::task::spawn_blocking(task).map_err(Into::into).boxed()
    }

    fn get_runtime() -> Self {
        Self
    }
}

/// The address of a file that must exist: opening a tenant's database must not make an empty one.
pub(crate) fn file_url(path: &Path, create: bool) -> Result<String, String> {
    let path = std::path::absolute(path).map_err(|error| error.to_string())?;
    let mut url = url::Url::from_file_path(&path).map_err(|()| "it is no path of a file".to_owned())?;
    url.set_query(Some(if create { "mode=rwc" } else { "mode=rw" }));
    Ok(url.into())
}
