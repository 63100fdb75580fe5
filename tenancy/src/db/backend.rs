//! What the rest of the library asks of a database.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use diesel::QueryResult;
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::result::Error;
use diesel_async::pooled_connection::PoolableConnection;
use diesel_async::{AsyncConnection, TransactionManager};
use diesel_migrations::MigrationHarness;
use futures_core::Stream;
use futures_core::future::BoxFuture;
#[cfg(any(feature = "mysql", feature = "sqlite"))]
use futures_core::stream::BoxStream;
use futures_util::{FutureExt, future};

use super::session::Session;
use super::{ConnectionError, DatabaseUrl};
use crate::context::Current;
use crate::query::{Form, Gate};
use crate::tenant::Isolation;

/// The backend that [`Tenancy`](crate::Tenancy) and [`TenantDb`](crate::TenantDb) mean when they are
/// written without one: PostgreSQL where the feature `postgres` is on, else SQLite, else MySQL.
#[cfg(feature = "postgres")]
pub type DefaultBackend = super::Postgres;
/// The backend that [`Tenancy`](crate::Tenancy) and [`TenantDb`](crate::TenantDb) mean when they are
/// written without one: PostgreSQL where the feature `postgres` is on, else SQLite, else MySQL.
#[cfg(all(feature = "sqlite", not(feature = "postgres")))]
pub type DefaultBackend = super::Sqlite;
/// The backend that [`Tenancy`](crate::Tenancy) and [`TenantDb`](crate::TenantDb) mean when they are
/// written without one: PostgreSQL where the feature `postgres` is on, else SQLite, else MySQL.
#[cfg(all(feature = "mysql", not(any(feature = "postgres", feature = "sqlite"))))]
pub type DefaultBackend = super::Mysql;

/// Rows as the drivers give them.
#[cfg(any(feature = "mysql", feature = "sqlite"))]
pub(super) type RowStream<B> = BoxStream<'static, QueryResult<<B as sealed::Driver>::Row>>;

/// A database that tenancy knows: [`Postgres`](crate::postgres::Postgres),
/// [`Mysql`](crate::mysql::Mysql) or [`Sqlite`](crate::sqlite::Sqlite). Sealed.
pub trait Backend: sealed::Driver {}

/// What a query finds while its SQL is written for this backend.
pub(super) fn gate<B: sealed::Driver, Q: QueryId>(current: &Current) -> Gate {
    Gate {
        current: current.clone(),
        statement: std::any::type_name::<Q>(),
        has_static_id: Q::HAS_STATIC_QUERY_ID,
        databases_are_schemas: B::DATABASES_ARE_SCHEMAS,
    }
}

/// diesel-async's transaction manager of a backend.
pub(super) type Transactions<B> = <<B as sealed::Driver>::Connection as AsyncConnection>::TransactionManager;

pub(crate) mod sealed {
    use super::*;

    /// How a database is reached and how a statement runs for one scope.
    pub trait Driver: fmt::Debug + Copy + Send + Sync + 'static {
        /// The database's name in messages.
        const NAME: &'static str;
        /// Whether SQL on one connection reaches other databases of the server by their names.
        const DATABASES_ARE_SCHEMAS: bool = false;

        type Diesel: diesel::backend::Backend + 'static;
        type Connection: AsyncConnection<Backend = Self::Diesel> + PoolableConnection + 'static;
        /// For what is synchronous by nature: migrations.
        type SyncConnection: diesel::Connection<Backend = Self::Diesel>
            + MigrationHarness<Self::Diesel>
            + 'static;
        type Row: for<'conn> diesel::row::Row<'conn, Self::Diesel> + Send + 'static;
        /// The rows of one statement.
        type Rows: Stream<Item = QueryResult<Self::Row>> + Send + 'static;
        type LoadFuture<'conn, 'query>: Future<Output = QueryResult<Self::Rows>> + Send
        where
            Self: Backend;
        type ExecuteFuture<'conn, 'query>: Future<Output = QueryResult<usize>> + Send
        where
            Self: Backend;

        /// Whether the database holds SQL text of a tenant with this isolation to the tenant's rows.
        fn holds_text(isolation: Isolation) -> bool;

        /// Opens a connection and sets what every connection of ours has set.
        fn connect(url: &DatabaseUrl) -> BoxFuture<'_, Result<Self::Connection, ConnectionError>>;

        /// The same, on the calling thread. Blocks.
        fn connect_sync(url: &DatabaseUrl) -> Result<Self::SyncConnection, ConnectionError>;

        /// Opens a connection of a pool, and readies it.
        fn open(url: &DatabaseUrl) -> BoxFuture<'_, Result<Session<Self>, ConnectionError>> {
            async { Ok(Session::new(Self::connect(url).await?)) }.boxed()
        }

        /// Whether nothing can be sent any more. Asks nothing of the server.
        fn is_closed(connection: &mut Self::Connection) -> bool;

        /// Whether the server is still there and has said all it had to say, for a connection that has lain idle
        /// this long.
        fn still_open(session: &mut Session<Self>, idle: Duration) -> BoxFuture<'_, bool> {
            let _ = (session, idle);
            future::ready(true).boxed()
        }

        fn load<'conn, 'query, T>(
            session: &'conn mut Session<Self>,
            current: &'conn Current,
            form: Form,
            source: T,
        ) -> Self::LoadFuture<'conn, 'query>
        where
            Self: Backend,
            T: AsQuery + 'query,
            T::Query: QueryFragment<Self::Diesel> + QueryId + 'query;

        fn execute<'conn, 'query, T>(
            session: &'conn mut Session<Self>,
            current: &'conn Current,
            form: Form,
            source: T,
        ) -> Self::ExecuteFuture<'conn, 'query>
        where
            Self: Backend,
            T: QueryFragment<Self::Diesel> + QueryId + 'query;

        /// Several statements of SQL text.
        fn batch<'conn>(
            session: &'conn mut Session<Self>,
            current: &'conn Current,
            sql: &'conn str,
        ) -> BoxFuture<'conn, QueryResult<()>>
        where
            Self: Backend;

        /// Begins a transaction of this scope, or a savepoint in it.
        fn begin<'conn>(
            session: &'conn mut Session<Self>,
            current: &'conn Current,
        ) -> BoxFuture<'conn, QueryResult<()>>
        where
            Self: Backend,
        {
            let _ = current;
            Transactions::<Self>::begin_transaction(&mut session.connection).boxed()
        }

        /// Commits a transaction, or releases a savepoint.
        fn commit(session: &mut Session<Self>) -> BoxFuture<'_, QueryResult<()>>
        where
            Self: Backend,
        {
            Transactions::<Self>::commit_transaction(&mut session.connection).boxed()
        }

        /// Rolls a transaction back, or to a savepoint.
        fn rollback(session: &mut Session<Self>) -> BoxFuture<'_, QueryResult<()>>
        where
            Self: Backend,
        {
            Transactions::<Self>::rollback_transaction(&mut session.connection).boxed()
        }

        fn refuse_load<'conn, 'query>(error: Error) -> Self::LoadFuture<'conn, 'query>
        where
            Self: Backend;

        fn refuse_execute<'conn, 'query>(error: Error) -> Self::ExecuteFuture<'conn, 'query>
        where
            Self: Backend;
    }
}
