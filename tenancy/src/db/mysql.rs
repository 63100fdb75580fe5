//! MySQL and MariaDB through diesel-async.
//!
//! Nothing is set for a tenant: under `column` the SQL carries it, under `database` the connection does.

use std::time::Duration;

use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::{ConnectionError as DieselError, QueryResult};
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncConnection, AsyncConnectionCore, AsyncMysqlConnection, SimpleAsyncConnection};
use futures_core::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, future, stream};

use super::backend::sealed::Driver;
use super::backend::{Backend, RowStream, gate};
use super::session::{Busy, Session};
use super::{ConnectionError, DatabaseUrl};
use crate::context::Current;
use crate::query::Form;
use crate::tenant::Isolation;

/// What every connection of ours has set, beside the time zone (UTC) and the character set (utf8mb4) that
/// diesel-async sets: a value that does not fit is an error and never a shorter value, and a statement
/// outside a transaction is kept, whatever the server's own defaults are.
///
/// MariaDB answers wrongly when it executes a prepared EXISTS over a sub-select or a view a second time (seen on
/// 10.11): the optimization that does it is turned off. To MySQL that part is a comment.
const SETTINGS: &str = "SET SESSION autocommit = 1, sql_mode = TRIM(LEADING ',' FROM \
    CONCAT(@@sql_mode, ',STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION')) \
    /*M!, optimizer_switch = 'exists_to_in=off' */";

/// How long a connection may have lain idle and still be taken for open. The driver reads from the server only
/// while a statement is under way, so it does not notice that an idle connection has been closed.
const TRUSTED: Duration = Duration::from_secs(1);

/// MySQL or MariaDB.
#[derive(Debug, Clone, Copy)]
pub struct Mysql;

impl Backend for Mysql {}

impl Driver for Mysql {
    const NAME: &'static str = "MySQL";
    // A database is what others call a schema: SQL reaches every one that the user may use.
    const DATABASES_ARE_SCHEMAS: bool = true;

    type Diesel = diesel::mysql::Mysql;
    type Connection = AsyncMysqlConnection;
    type SyncConnection = AsyncConnectionWrapper<AsyncMysqlConnection>;
    type Row = <AsyncMysqlConnection as AsyncConnectionCore>::Row<'static, 'static>;
    type Rows = RowStream<Self>;
    type LoadFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<RowStream<Self>>>;
    type ExecuteFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<usize>>;

    fn holds_text(_: Isolation) -> bool {
        false
    }

    fn connect(url: &DatabaseUrl) -> BoxFuture<'_, Result<Self::Connection, ConnectionError>> {
        establish(url).boxed()
    }

    fn connect_sync(url: &DatabaseUrl) -> Result<Self::SyncConnection, ConnectionError> {
        // On a thread for blocking work: the runtime goes on beside it.
        let runtime = tokio::runtime::Handle::try_current().map_err(|error| url.unreachable(&error))?;
        runtime.block_on(establish(url)).map(AsyncConnectionWrapper::from)
    }

    fn is_closed(_: &mut Self::Connection) -> bool {
        // The driver cannot say: see `still_open`.
        false
    }

    /// Asks the server, but only where there is reason to: after an error that may have been the connection's,
    /// and after an idle second. A connection in steady use is not asked.
    fn still_open(session: &mut Session<Self>, idle: Duration) -> BoxFuture<'_, bool> {
        if idle < TRUSTED && !session.doubtful().is_raised() {
            return future::ready(true).boxed();
        }
        let (busy, doubtful) = (session.busy(), session.doubtful());
        let asked = watched(busy, doubtful.clone(), session.connection.batch_execute("DO 1"));
        async move {
            let is_open = asked.await.is_ok();
            if is_open {
                doubtful.lower();
            }
            is_open
        }
        .boxed()
    }

    /// All the rows are read before the first is given: rows left on the wire would be in the next statement's
    /// way.
    fn load<'conn, 'query, T>(
        session: &'conn mut Session<Self>,
        current: &'conn Current,
        _: Form,
        source: T,
    ) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Self::Diesel> + QueryId + 'query,
    {
        let gate = gate::<Self, T::Query>(current);
        let (busy, doubtful) = (session.busy(), session.doubtful());
        let rows = gate.open(|| session.connection.load(source));
        let rows = async {
            let rows: Vec<_> = rows.await?.collect().await;
            rows.into_iter().collect::<QueryResult<Vec<_>>>()
        };
        let rows = watched(busy, doubtful, rows);
        async move { Ok(stream::iter(rows.await?.into_iter().map(Ok)).boxed()) }.boxed()
    }

    fn execute<'conn, 'query, T>(
        session: &'conn mut Session<Self>,
        current: &'conn Current,
        _: Form,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Self::Diesel> + QueryId + 'query,
    {
        let gate = gate::<Self, T>(current);
        let (busy, doubtful) = (session.busy(), session.doubtful());
        watched(busy, doubtful, gate.open(|| session.connection.execute_returning_count(source))).boxed()
    }

    fn batch<'conn>(
        session: &'conn mut Session<Self>,
        _: &'conn Current,
        sql: &'conn str,
    ) -> BoxFuture<'conn, QueryResult<()>> {
        let (busy, doubtful) = (session.busy(), session.doubtful());
        watched(busy, doubtful, session.connection.batch_execute(sql)).boxed()
    }

    fn refuse_load<'conn, 'query>(error: Error) -> Self::LoadFuture<'conn, 'query> {
        future::ready(Err(error)).boxed()
    }

    fn refuse_execute<'conn, 'query>(error: Error) -> Self::ExecuteFuture<'conn, 'query> {
        future::ready(Err(error)).boxed()
    }
}

async fn establish(url: &DatabaseUrl) -> Result<AsyncMysqlConnection, ConnectionError> {
    let mut connection =
        AsyncMysqlConnection::establish(url.expose()).await.map_err(|error| match error {
            // Diesel says "could not set the connection up" of what the server itself has answered.
            DieselError::CouldntSetupConfiguration(error) => url.unreachable(&error),
            error => url.unreachable(&error),
        })?;
    connection.batch_execute(SETTINGS).await.map_err(|error| url.unreachable(&error))?;
    Ok(connection)
}

/// Runs a statement with the flag raised. One that is dropped halfway has sent a question whose answer is
/// still to come, and the next statement on that connection would take it for its own: the flag stays raised,
/// the handle refuses, and the pool throws the connection away.
async fn watched<R>(
    busy: Busy,
    doubtful: Busy,
    statement: impl Future<Output = QueryResult<R>>,
) -> QueryResult<R> {
    busy.raise();
    let result = statement.await;
    // Diesel has no kind for an error of the connection: it is one among the unknown.
    if let Err(Error::DatabaseError(DatabaseErrorKind::Unknown, _)) = &result {
        doubtful.raise();
    }
    busy.lower();
    result
}
