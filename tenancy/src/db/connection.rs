//! `TenantDb` as a diesel-async connection.

use std::future::Future;

use diesel::connection::{CacheSize, Instrumentation};
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::{ConnectionResult, QueryResult};
use diesel_async::{AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection, TransactionManager};

use super::backend::Backend;
use super::handle::TenantDb;
use super::transactions::TenantTransactions;

impl<B: Backend> SimpleAsyncConnection for TenantDb<B> {
    fn batch_execute(&mut self, query: &str) -> impl Future<Output = QueryResult<()>> + Send {
        let admitted = self.admit_batch();
        async move {
            admitted?;
            B::batch(&mut self.session, &self.current, query).await
        }
    }
}

impl<B: Backend> AsyncConnectionCore for TenantDb<B> {
    type ExecuteFuture<'conn, 'query> = B::ExecuteFuture<'conn, 'query>;
    type LoadFuture<'conn, 'query> = B::LoadFuture<'conn, 'query>;
    type Stream<'conn, 'query> = B::Rows;
    type Row<'conn, 'query> = B::Row;
    type Backend = B::Diesel;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Self::Backend> + QueryId + 'query,
    {
        match self.admit::<T::Query>() {
            Ok(form) => B::load(&mut self.session, &self.current, form, source),
            Err(error) => B::refuse_load(error),
        }
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Self::Backend> + QueryId + 'query,
    {
        match self.admit::<T>() {
            Ok(form) => B::execute(&mut self.session, &self.current, form, source),
            Err(error) => B::refuse_execute(error),
        }
    }
}

impl<B: Backend> AsyncConnection for TenantDb<B> {
    type TransactionManager = TenantTransactions;

    async fn establish(_: &str) -> ConnectionResult<Self> {
        let message = "a `TenantDb` is not opened by address: take it from `Tenancy::db`";
        Err(diesel::ConnectionError::BadConnection(message.to_owned()))
    }

    // Whoever reaches for these changes the connection itself: it must not be another request's afterwards.
    fn transaction_state(
        &mut self,
    ) -> &mut <Self::TransactionManager as TransactionManager<Self>>::TransactionStateData {
        self.session.taint();
        self.session.connection.transaction_state()
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.session.taint();
        self.session.connection.instrumentation()
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.session.taint();
        self.session.connection.set_instrumentation(instrumentation);
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.session.taint();
        if self.session.lose_prepared() {
            self.session.connection.set_prepared_statement_cache_size(size);
        }
    }
}
