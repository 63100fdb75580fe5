//! PostgreSQL through diesel-async.
//!
//! Whatever is set for a tenant is set for one transaction, so a pooled connection carries nothing to the
//! next request, also behind PgBouncer in transaction mode.

use std::future::Future;

use diesel::QueryResult;
use diesel::connection::CacheSize;
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::result::Error;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::pg::AsyncPgConnection;
use diesel_async::pooled_connection::PoolableConnection;
use diesel_async::{AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection};
use futures_core::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, future, stream};

use super::backend::sealed::Driver;
use super::backend::{Backend, gate};
use super::session::{Busy, Session};
use super::watched::{Loading, Rows, Watched};
use super::{ConnectionError, DatabaseUrl};
use crate::context::{Current, TenantContext};
use crate::query::Text;
use crate::tenant::Isolation;

/// The setting that row-level security policies read: `current_setting('tenancy.tenant_id', true)`.
pub(crate) const TENANT_SETTING: &str = "tenancy.tenant_id";

/// Where PostgreSQL looks for what a statement does not name the schema of.
const SEARCH_PATH: &str = "search_path";

/// Statements for a tenant's schema name it, so a connection prepares each of them per tenant. After this
/// many tenants it starts afresh.
const SCHEMAS_PER_CONNECTION: usize = 64;

#[diesel::declare_sql_function]
extern "SQL" {
    fn set_config(
        name: diesel::sql_types::Text,
        value: diesel::sql_types::Text,
        is_local: diesel::sql_types::Bool,
    ) -> diesel::sql_types::Text;
}

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

    fn connect_sync(url: &DatabaseUrl) -> Result<Self::SyncConnection, ConnectionError> {
        // On a thread for blocking work: the runtime goes on beside it.
        let runtime = tokio::runtime::Handle::try_current().map_err(|error| url.unreachable(&error))?;
        runtime.block_on(establish(url)).map(AsyncConnectionWrapper::from)
    }

    fn is_closed(connection: &mut Self::Connection) -> bool {
        connection.is_broken()
    }

    fn load<'conn, 'query, T>(
        session: &'conn mut Session<Self>,
        current: &'conn Current,
        source: T,
    ) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Self::Diesel> + QueryId + 'query,
    {
        let gate = gate::<Self, T::Query>(current);
        let Some(setting) = Setting::of(session, current, Text::of::<T::Query>() != Text::No) else {
            bound_schemas(session, current);
            let (busy, open) = (session.busy(), session.open_rows());
            let rows = gate.open(|| session.connection.load(source));
            return Loading::new(Watched::new(busy, rows), open);
        };
        let busy = session.busy();
        let mut connection: &'conn AsyncPgConnection = &session.connection;
        let rows = gate.open(|| connection.load(source));
        // COMMIT must not overtake the statement, so its rows are read to the end first.
        let rows = async { QueryResult::Ok(rows.await?.collect::<Vec<_>>().await) };
        let rows = async move {
            let rows = with_setting(connection, busy, setting, rows).await?;
            Ok(stream::iter(rows).boxed())
        };
        Loading::read(Watched::by_itself(rows.boxed()))
    }

    fn execute<'conn, 'query, T>(
        session: &'conn mut Session<Self>,
        current: &'conn Current,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Self::Diesel> + QueryId + 'query,
    {
        let gate = gate::<Self, T>(current);
        let Some(setting) = Setting::of(session, current, Text::of::<T>() != Text::No) else {
            bound_schemas(session, current);
            let busy = session.busy();
            let count = gate.open(|| session.connection.execute_returning_count(source));
            return Watched::new(busy, count);
        };
        let busy = session.busy();
        let mut connection: &'conn AsyncPgConnection = &session.connection;
        let count = gate.open(|| connection.execute_returning_count(source));
        Watched::by_itself(with_setting(connection, busy, setting, count).boxed())
    }

    fn batch<'conn>(
        session: &'conn mut Session<Self>,
        current: &'conn Current,
        sql: &'conn str,
    ) -> BoxFuture<'conn, QueryResult<()>> {
        let Some(setting) = Setting::of(session, current, true) else {
            let busy = session.busy();
            return Watched::new(busy, session.connection.batch_execute(sql).boxed()).boxed();
        };
        let busy = session.busy();
        let connection: &'conn AsyncPgConnection = &session.connection;
        let batch = async move {
            let mut connection = connection;
            connection.batch_execute(sql).await
        };
        with_setting(connection, busy, setting, batch).boxed()
    }

    fn enter_transaction<'conn>(
        session: &'conn mut Session<Self>,
        current: &'conn Current,
    ) -> BoxFuture<'conn, QueryResult<()>> {
        let setting = Setting::for_transaction(current);
        let connection: &'conn AsyncPgConnection = &session.connection;
        async move {
            match setting {
                Some(setting) => setting.set(connection).await,
                None => Ok(()),
            }
        }
        .boxed()
    }

    fn refuse_load<'conn, 'query>(error: Error) -> Self::LoadFuture<'conn, 'query> {
        Loading::read(Watched::by_itself(future::ready(Err(error)).boxed()))
    }

    fn refuse_execute<'conn, 'query>(error: Error) -> Self::ExecuteFuture<'conn, 'query> {
        Watched::by_itself(future::ready(Err(error)).boxed())
    }
}

/// Opens a connection by the driver itself: diesel-async's own way loses why it failed.
async fn establish(url: &DatabaseUrl) -> Result<AsyncPgConnection, ConnectionError> {
    let (client, connection) = tokio_postgres::connect(url.expose(), tokio_postgres::NoTls)
        .await
        .map_err(|error| url.unreachable(&with_sources(&error)))?;
    AsyncPgConnection::try_from_client_and_connection(client, connection)
        .await
        .map_err(|error| url.unreachable(&error))
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

/// How long a setting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    /// To the end of a transaction of the statement's own.
    Committed,
    /// Until the statement has answered, inside a transaction of the user's.
    Answered,
}

/// What the server has to be told about the tenant for one statement or transaction.
#[derive(Debug)]
struct Setting {
    name: &'static str,
    value: String,
}

impl Setting {
    /// What one statement needs here and now, and for how long.
    fn of(session: &mut Session<Postgres>, current: &Current, is_text: bool) -> Option<(Self, Until)> {
        let setting = match current.tenant()?.isolation() {
            Isolation::Schema if is_text => Self::search_path(current.tenant()?),
            _ => Self::for_transaction(current)?,
        };
        match (session.is_in_transaction(), setting.name) {
            (false, _) => Some((setting, Until::Committed)),
            (true, SEARCH_PATH) => Some((setting, Until::Answered)),
            // The transaction was told when it began.
            (true, _) => None,
        }
    }

    /// What a transaction is told when it begins. Not the search path: the query builder names the tenant's
    /// schema itself, and global tables are to be found inside a transaction where they are outside.
    fn for_transaction(current: &Current) -> Option<Self> {
        let context = current.tenant()?;
        let value = || context.tenant().id().as_str().to_owned();
        (context.isolation() == Isolation::Rls).then(|| Self { name: TENANT_SETTING, value: value() })
    }

    /// The tenant's schema and no other: in `search_path "gone", public` a missing schema reads `public`.
    fn search_path(context: &TenantContext) -> Self {
        let value = format!("\"{}\"", context.schema_name().replace('"', "\"\""));
        Self { name: SEARCH_PATH, value }
    }

    async fn set(&self, mut connection: &AsyncPgConnection) -> QueryResult<()> {
        let query = diesel::select(set_config(self.name, &self.value, true));
        connection.execute_returning_count(query).await.map(drop)
    }
}

/// Runs one statement with what the server has to be told.
async fn with_setting<R>(
    connection: &AsyncPgConnection,
    busy: Busy,
    (setting, until): (Setting, Until),
    statement: impl Future<Output = QueryResult<R>>,
) -> QueryResult<R> {
    match until {
        Until::Committed => in_transaction(connection, busy, setting, statement).await,
        Until::Answered => {
            busy.raise();
            let set = setting.set(connection).await;
            if set.is_err() {
                busy.lower();
            }
            set?;
            // On an error the transaction, or the savepoint, is rolled back, and the setting with it.
            let result = statement.await;
            let mut control = connection;
            if result.is_ok() {
                control.batch_execute("SET LOCAL search_path TO DEFAULT").await?;
            }
            busy.lower();
            result
        }
    }
}

/// Runs one statement in a transaction of its own that knows the tenant.
///
/// BEGIN, the setting and the statement are sent without waiting in between, in this order: the futures
/// are polled in it, and what has to be prepared first holds the connection's statement cache meanwhile.
/// COMMIT is sent when they have answered.
async fn in_transaction<R>(
    connection: &AsyncPgConnection,
    busy: Busy,
    setting: Setting,
    statement: impl Future<Output = QueryResult<R>>,
) -> QueryResult<R> {
    // diesel-async knows nothing of this BEGIN. A future dropped from here on leaves the flag raised, and
    // the pool throws the connection away.
    busy.raise();
    let mut control = connection;
    let (begun, set, result) =
        future::join3(control.batch_execute("BEGIN"), setting.set(connection), statement).await;
    let result = begun.and(set).and(result);
    let mut control = connection;
    match result {
        Ok(result) => {
            control.batch_execute("COMMIT").await?;
            busy.lower();
            Ok(result)
        }
        Err(error) => {
            // If even ROLLBACK fails the flag stays raised.
            if control.batch_execute("ROLLBACK").await.is_ok() {
                busy.lower();
            }
            Err(error)
        }
    }
}

/// Keeps the number of prepared statements bounded where their SQL names the tenant's schema.
fn bound_schemas(session: &mut Session<Postgres>, current: &Current) {
    let Some(schema) = current.tenant().and_then(TenantContext::schema) else {
        return;
    };
    if session.schemas.contains(schema) {
        return;
    }
    if session.schemas.len() >= SCHEMAS_PER_CONNECTION {
        // Changing the size is what makes diesel drop what it holds; dropping closes it on the server.
        session.connection.set_prepared_statement_cache_size(CacheSize::Disabled);
        session.connection.set_prepared_statement_cache_size(CacheSize::Unbounded);
        session.schemas.clear();
    }
    session.schemas.insert(schema.into());
}
