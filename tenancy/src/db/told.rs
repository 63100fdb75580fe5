//! BEGIN and COMMIT of a transaction on PostgreSQL, with what is sent beside them.

use std::future::Future;

use diesel::connection::{CacheSize, Instrumentation};
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::{ConnectionResult, QueryResult};
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncConnectionCore, AsyncPgConnection, SimpleAsyncConnection,
    TransactionManager,
};
use futures_util::future;
use tokio::task::coop::unconstrained;

use super::session::Session;
use super::setting::Setting;
use super::{Postgres, pooled};

/// A connection as diesel-async's transaction manager sees it while it begins or ends a transaction.
pub(super) struct Told<'a> {
    connection: &'a mut AsyncPgConnection,
    /// What follows the BEGIN that is to come.
    setting: Option<Setting>,
    is_pooled: bool,
    /// A transaction may be open all the same.
    is_in_doubt: bool,
}

impl<'a> Told<'a> {
    pub(super) fn new(session: &'a mut Session<Postgres>, setting: Option<Setting>) -> Self {
        // What begins and ends a transaction has its own way to say the tenant.
        session.tell_nothing();
        let is_pooled = session.is_pooled();
        Self { connection: &mut session.connection, setting, is_pooled, is_in_doubt: false }
    }

    /// COMMIT, or the end of a savepoint. What is in doubt behind it is noted when diesel-async has done with the error:
    /// it would give its own instead, which says nothing of the reason.
    pub(super) async fn end(mut self) -> QueryResult<()> {
        let ended = AnsiTransactionManager::commit_transaction(&mut self).await;
        if self.is_in_doubt {
            AnsiTransactionManager::transaction_manager_status_mut(self.connection).set_in_error();
        }
        ended
    }

    /// BEGIN and the setting, in one round trip. There is no transaction that has begun and knows no tenant.
    async fn begin(&mut self, sql: &str, setting: Setting) -> QueryResult<()> {
        let mut connection: &AsyncPgConnection = self.connection;
        let sent = future::join(connection.batch_execute(sql), setting.set(self.connection));
        let (begun, set) = unconstrained(sent).await;
        begun?;
        if set.is_err() && self.connection.batch_execute("ROLLBACK").await.is_err() {
            AnsiTransactionManager::transaction_manager_status_mut(self.connection).set_in_error();
        }
        set
    }

    /// COMMIT of a transaction in which a statement has failed is ROLLBACK, and no error. So something is asked
    /// before it that only a transaction in order answers; both are one round trip.
    async fn commit(&mut self) -> QueryResult<()> {
        let (mut first, mut second): (&AsyncPgConnection, &AsyncPgConnection) =
            (self.connection, self.connection);
        let sent = future::join(first.batch_execute("SELECT"), second.batch_execute("COMMIT"));
        let (is_in_order, committed) = sent.await;
        committed.and(is_in_order)
    }
}

impl Told<'_> {
    /// The same behind a pooler. A savepoint is not its concern.
    async fn batch_execute_pooled(&mut self, sql: &str) -> QueryResult<()> {
        let begin;
        let (sql, is_outermost) = match sql {
            "COMMIT" => (pooled::COMMIT, true),
            "ROLLBACK" => (pooled::ROLLBACK, false),
            _ if sql.starts_with("BEGIN") => {
                begin = pooled::begin(sql, self.setting.take().as_ref());
                (&*begin, true)
            }
            _ => (sql, false),
        };
        let done = self.connection.batch_execute(sql).await;
        // It may be that half of it was done.
        if is_outermost && done.is_err() && self.connection.batch_execute(pooled::ROLLBACK).await.is_err() {
            match sql == pooled::COMMIT {
                true => self.is_in_doubt = true,
                false => {
                    AnsiTransactionManager::transaction_manager_status_mut(self.connection).set_in_error();
                }
            }
        }
        done
    }
}

impl SimpleAsyncConnection for Told<'_> {
    async fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        if self.is_pooled {
            return self.batch_execute_pooled(sql).await;
        }
        match self.setting.take() {
            Some(setting) => self.begin(sql, setting).await,
            None if sql == "COMMIT" => self.commit().await,
            None => self.connection.batch_execute(sql).await,
        }
    }
}

impl AsyncConnectionCore for Told<'_> {
    type ExecuteFuture<'conn, 'query> =
        <AsyncPgConnection as AsyncConnectionCore>::ExecuteFuture<'conn, 'query>;
    type LoadFuture<'conn, 'query> = <AsyncPgConnection as AsyncConnectionCore>::LoadFuture<'conn, 'query>;
    type Stream<'conn, 'query> = <AsyncPgConnection as AsyncConnectionCore>::Stream<'conn, 'query>;
    type Row<'conn, 'query> = <AsyncPgConnection as AsyncConnectionCore>::Row<'conn, 'query>;
    type Backend = diesel::pg::Pg;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Self::Backend> + QueryId + 'query,
    {
        self.connection.load(source)
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Self::Backend> + QueryId + 'query,
    {
        self.connection.execute_returning_count(source)
    }
}

impl AsyncConnection for Told<'_> {
    type TransactionManager = AnsiTransactionManager;

    fn establish(_: &str) -> impl Future<Output = ConnectionResult<Self>> + Send {
        let message = "a connection in a transaction is not opened by address";
        future::ready(Err(diesel::ConnectionError::BadConnection(message.to_owned())))
    }

    fn transaction_state(&mut self) -> &mut AnsiTransactionManager {
        self.connection.transaction_state()
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.connection.instrumentation()
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.connection.set_instrumentation(instrumentation);
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.connection.set_prepared_statement_cache_size(size);
    }
}
