//! PostgreSQL through diesel-async.
//!
//! Whatever is set for a tenant is set for one transaction, so a pooled connection carries nothing to the
//! next request. Behind a pooler that gives each transaction another connection nothing prepared is carried either.

use std::fmt;
use std::time::Duration;

use diesel::QueryResult;
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::result::Error;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::pg::AsyncPgConnection;
use diesel_async::pooled_connection::PoolableConnection;
use diesel_async::{AnsiTransactionManager, AsyncConnectionCore, SimpleAsyncConnection, TransactionManager};
use futures_core::future::BoxFuture;
use futures_util::{FutureExt, future};
use tokio_postgres::tls::{NoTlsStream, TlsStream};
use tokio_postgres::{Client, NoTls, Socket};

use super::backend::sealed::Driver;
use super::backend::{Backend, gate};
use super::in_setting::{execute_in, load_in, to_the_end};
use super::pipeline::{Goes, with_setting};
use super::prepared::{Kept, Prepared, Statement, names_a_statement};
use super::probe::NOT_FOLLOWED;
use super::session::Session;
use super::setting::{Around, Setting};
use super::told::Told;
use super::watched::{Loading, Rows, Watched};
use super::wire::{self, Line};
use super::{ConnectionError, DatabaseUrl, pooled};
use crate::context::Current;
use crate::query::Form;
use crate::tenant::Isolation;

/// How long the next request waits for rows that the last one has not read, before it takes another connection.
const LEFT_OVER: Duration = Duration::from_millis(50);

/// PostgreSQL.
#[derive(Debug, Clone, Copy)]
pub struct Postgres;

impl Backend for Postgres {}

impl Driver for Postgres {
    const NAME: &'static str = "PostgreSQL";

    type Diesel = diesel::pg::Pg;
    type Connection = AsyncPgConnection;
    type SyncConnection = AsyncConnectionWrapper<AsyncPgConnection>;
    type Row = <AsyncPgConnection as AsyncConnectionCore>::Row<'static, 'static>;
    type Rows = Rows;
    type LoadFuture<'conn, 'query> = Loading<'conn>;
    type ExecuteFuture<'conn, 'query> = Watched<'conn, usize>;

    fn holds_text(isolation: Isolation) -> bool {
        isolation != Isolation::Column
    }

    fn connect(url: &DatabaseUrl) -> BoxFuture<'_, Result<Self::Connection, ConnectionError>> {
        establish(url).boxed()
    }

    fn open(url: &DatabaseUrl) -> BoxFuture<'_, Result<Session<Self>, ConnectionError>> {
        async {
            if url.is_pooled() {
                let mut session = Session::new(establish(url).await?);
                session.prepared = Prepared::pooled(&mut session.connection);
                return Ok(session);
            }
            let mut session = match url.is_told() {
                true => open_told(url).await?,
                false => Session::new(establish(url).await?),
            };
            // A transaction has not to wait until its setting is parsed.
            let prepared = Setting::prepare(&session.connection).await;
            session.prepared = prepared.map_err(|error| set_up_failed(url, &error, &error))?;
            Ok(session)
        }
        .boxed()
    }

    fn connect_sync(url: &DatabaseUrl) -> Result<Self::SyncConnection, ConnectionError> {
        // On a thread for blocking work: the runtime goes on beside it.
        let runtime = tokio::runtime::Handle::try_current().map_err(|error| url.unreachable(&error))?;
        runtime.block_on(establish(url)).map(AsyncConnectionWrapper::from)
    }

    fn is_closed(connection: &mut Self::Connection) -> bool {
        connection.is_broken()
    }

    /// What is left of rows that nobody has read is waited for, a little.
    fn still_open(session: &mut Session<Self>, _: Duration) -> BoxFuture<'_, bool> {
        let open = session.open_rows();
        if !open.is_any_left() {
            return future::ready(true).boxed();
        }
        async move {
            let drained = tokio::time::timeout(LEFT_OVER, session.connection.batch_execute("")).await;
            let is_drained = matches!(drained, Ok(Ok(())));
            if is_drained {
                open.none_left();
            }
            is_drained
        }
        .boxed()
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
        match around(session, current, form.is_text()) {
            Ok(None) => {}
            Ok(Some(around)) => return load_in(around, session, current, form, source),
            Err(error) => return Self::refuse_load(error),
        }
        let (busy, open) = (session.busy(), session.open_rows());
        let Session { connection, prepared, .. } = session;
        let kept = Kept::of(current);
        let (rows, learn) = gate::<Self, T::Query>(current).open(|| {
            let (statement, learn) =
                Statement::admitted(source.as_query(), form.is_text(), kept, prepared, connection);
            (connection.load(statement), learn)
        });
        // What writes may still fail behind its rows, at its commit, and who asks for one row would not hear of it.
        let rows = if form.only_reads { rows } else { to_the_end(rows).boxed() };
        Loading::new(Watched::new(busy, learn.when(rows, prepared)), open)
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
        match around(session, current, form.is_text()) {
            Ok(None) => {}
            Ok(Some(around)) => return execute_in(around, session, current, form, source),
            Err(error) => return Self::refuse_execute(error),
        }
        let busy = session.busy();
        let Session { connection, prepared, .. } = session;
        let kept = Kept::of(current);
        let (count, learn) = gate::<Self, T>(current).open(|| {
            let (statement, learn) = Statement::admitted(source, form.is_text(), kept, prepared, connection);
            (connection.execute_returning_count(statement), learn)
        });
        Watched::new(busy, learn.when(count, prepared))
    }

    fn batch<'conn>(
        session: &'conn mut Session<Self>,
        current: &'conn Current,
        sql: &'conn str,
    ) -> BoxFuture<'conn, QueryResult<()>> {
        session.tell_nothing();
        let Some(around) = Around::of(session, current, true) else {
            let busy = session.busy();
            return Watched::new(busy, session.connection.batch_execute(sql).boxed()).boxed();
        };
        let busy = session.busy();
        // A batch does not go through the statement cache, and would pass a setting that is being parsed.
        // Behind a pooler it waits for its transaction, without which it would be anybody's.
        let is_told = match &around {
            Around::Transaction(setting) | Around::Answer { setting, is_pooled: false } => {
                session.prepared.knows(setting.key().as_ref())
            }
            Around::Answer { is_pooled: true, .. } => true,
            Around::PooledTransaction(_) => false,
        };
        let goes = Goes { with_setting: is_told, at_once: true };
        let connection: &'conn AsyncPgConnection = &session.connection;
        let batch = async move {
            let mut connection = connection;
            connection.batch_execute(sql).await
        };
        with_setting(connection, busy, around, goes, batch).boxed()
    }

    fn begin<'conn>(
        session: &'conn mut Session<Self>,
        current: &'conn Current,
    ) -> BoxFuture<'conn, QueryResult<()>> {
        // A savepoint is in a transaction that has been told.
        let setting = match session.is_in_transaction() {
            true => None,
            false => Setting::for_transaction(current),
        };
        let mut told = Told::new(session, setting);
        async move { AnsiTransactionManager::begin_transaction(&mut told).await }.boxed()
    }

    fn commit(session: &mut Session<Self>) -> BoxFuture<'_, QueryResult<()>> {
        Told::new(session, None).end().boxed()
    }

    fn rollback(session: &mut Session<Self>) -> BoxFuture<'_, QueryResult<()>> {
        let mut told = Told::new(session, None);
        async move { AnsiTransactionManager::rollback_transaction(&mut told).await }.boxed()
    }

    fn refuse_load<'conn, 'query>(error: Error) -> Self::LoadFuture<'conn, 'query> {
        Loading::read(Watched::by_itself(future::ready(Err(error)).boxed()))
    }

    fn refuse_execute<'conn, 'query>(error: Error) -> Self::ExecuteFuture<'conn, 'query> {
        Watched::by_itself(future::ready(Err(error)).boxed())
    }
}

/// Begins a transaction by this SQL. In another one it is an error.
pub(super) async fn begin_with(
    session: &mut Session<Postgres>,
    current: &Current,
    sql: &str,
) -> QueryResult<()> {
    let mut told = Told::new(session, Setting::for_transaction(current));
    AnsiTransactionManager::begin_transaction_sql(&mut told, sql).await
}

/// What has to be said around a statement, where it is not told in front of it in the same request.
///
/// Whatever the connection was told before is not what the next request is told.
fn around(session: &mut Session<Postgres>, current: &Current, is_text: bool) -> QueryResult<Option<Around>> {
    match (Around::of(session, current, is_text), &session.line) {
        (Some(Around::Transaction(setting)), Some(line)) => setting.tell(line).map(|()| None),
        (around, _) => {
            session.tell_nothing();
            Ok(around)
        }
    }
}

/// Opens a connection whose requests can be told a tenant, where the address allows it.
async fn open_told(url: &DatabaseUrl) -> Result<Session<Postgres>, ConnectionError> {
    let config = url.expose().parse().map_err(|error| url.unreachable(&with_sources(&error)))?;
    let line = Line::default();
    let Some(connected) = wire::connect(&config, &line).await else {
        return Ok(Session::new(establish(url).await?));
    };
    let (client, connection) = connected.map_err(|error| url.unreachable(&with_sources(&error)))?;
    let mut session = Session::new(set_up(url, client, connection).await?);
    session.line = Some(line);
    Ok(session)
}

/// Opens a connection by the driver itself: diesel-async's own way loses why it failed.
async fn establish(url: &DatabaseUrl) -> Result<AsyncPgConnection, ConnectionError> {
    let (client, mut connection) = connect_plainly(url).await?;
    if url.is_pooled() {
        let begun = pooled::begin_set_up(&client, &mut connection).await;
        begun.map_err(|error| url.unreachable(&with_sources(&error)))?;
    }
    let mut connection = set_up(url, client, connection).await?;
    if url.is_pooled() {
        connection.batch_execute(pooled::COMMIT).await.map_err(|error| url.unreachable(&error))?;
    }
    Ok(connection)
}

type Plain = (Client, tokio_postgres::Connection<Socket, NoTlsStream>);

async fn connect_plainly(url: &DatabaseUrl) -> Result<Plain, ConnectionError> {
    let connected = tokio_postgres::connect(url.expose(), NoTls).await;
    connected.map_err(|error| url.unreachable(&with_sources(&error)))
}

/// Has diesel-async take over what the driver has opened.
async fn set_up<S>(
    url: &DatabaseUrl,
    client: Client,
    connection: tokio_postgres::Connection<Socket, S>,
) -> Result<AsyncPgConnection, ConnectionError>
where
    S: TlsStream + Unpin + Send + 'static,
{
    AsyncPgConnection::try_from_client_and_connection(client, connection).await.map_err(
        |error| match &error {
            diesel::ConnectionError::CouldntSetupConfiguration(cause) => set_up_failed(url, &error, cause),
            _ => url.unreachable(&error),
        },
    )
}

/// What was in the way when a new connection was set up, which is done by statements that are prepared outside a
/// transaction.
fn set_up_failed(url: &DatabaseUrl, error: &dyn fmt::Display, cause: &Error) -> ConnectionError {
    match names_a_statement(cause) {
        true => url.unreachable(&format!("{error}: {NOT_FOLLOWED}")),
        false => url.unreachable(error),
    }
}

/// A connection of the driver's own, for what Diesel has no words for. It closes with the client.
pub(crate) async fn driver(url: &DatabaseUrl) -> Result<Client, ConnectionError> {
    let (client, connection) = connect_plainly(url).await?;
    // What goes wrong with it, the client's next call says.
    tokio::spawn(async move { drop(connection.await) });
    Ok(client)
}

/// An error and what lies behind it, which the driver's own message leaves out.
fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
