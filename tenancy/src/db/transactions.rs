//! Transactions of a `TenantDb`: diesel-async's own, which the tenant is told to first.

use std::future::Future;

use diesel::QueryResult;
use diesel::connection::TransactionManagerStatus;
use diesel::result::Error;
use diesel_async::TransactionManager;

use super::backend::{Backend, Transactions};
use super::handle::TenantDb;
use super::session::Busy;

/// diesel-async's transaction manager for the connection inside a [`TenantDb`], which also sets the
/// tenant for the database at the start of a transaction. The setting ends with the transaction.
#[derive(Debug)]
pub struct TenantTransactions(());

impl<B: Backend> TransactionManager<TenantDb<B>> for TenantTransactions {
    type TransactionStateData = <Transactions<B> as TransactionManager<B::Connection>>::TransactionStateData;

    async fn begin_transaction(db: &mut TenantDb<B>) -> QueryResult<()> {
        let busy = db.entering()?;
        let begun = B::begin(&mut db.session, &db.current).await;
        busy.lower();
        begun
    }

    async fn rollback_transaction(db: &mut TenantDb<B>) -> QueryResult<()> {
        db.session.ready()?;
        let busy = db.session.busy();
        busy.raise();
        let ended = B::rollback(&mut db.session).await;
        busy.lower();
        ended
    }

    async fn commit_transaction(db: &mut TenantDb<B>) -> QueryResult<()> {
        db.session.ready()?;
        let busy = db.session.busy();
        busy.raise();
        let ended = B::commit(&mut db.session).await;
        busy.lower();
        ended
    }

    fn transaction_manager_status_mut(db: &mut TenantDb<B>) -> &mut TransactionManagerStatus {
        Transactions::<B>::transaction_manager_status_mut(&mut db.session.connection)
    }

    fn is_broken_transaction_manager(db: &mut TenantDb<B>) -> bool {
        Transactions::<B>::is_broken_transaction_manager(&mut db.session.connection)
    }
}

impl<B: Backend> TenantDb<B> {
    /// Runs `callback` inside a transaction: committed if it gives `Ok`, rolled back if it gives `Err`. Inside
    /// another transaction it is a savepoint.
    ///
    /// This is diesel-async's `transaction`, but for one thing: a future that is dropped before its end leaves
    /// the transaction open on the server, and whatever followed on this handle would run in it and be lost.
    /// The handle refuses instead, and the connection is thrown away.
    ///
    /// On PostgreSQL a transaction in which a statement has failed is rolled back by COMMIT, which is an error here:
    /// `callback` may give `Ok` after such an error only where it was inside a savepoint, a `transaction` in this one.
    ///
    /// Cost: BEGIN and COMMIT are a round trip each, under every isolation. Behind a transaction pooler each statement
    /// between them is two.
    ///
    /// # Errors
    ///
    /// What `callback` gives; or Diesel's error if the transaction cannot be begun, committed or rolled back.
    #[allow(clippy::manual_async_fn, reason = "an `async fn` cannot promise that its future is `Send`")]
    pub fn transaction<'a, 'conn, R, E, F>(
        &'conn mut self,
        callback: F,
    ) -> impl Future<Output = Result<R, E>> + Send + 'conn
    where
        for<'r> F: AsyncFnOnce(&'r mut Self) -> Result<R, E>
            + TransactionBody<&'r mut Self, Result<R, E>, Fut: Send>
            + Send
            + 'a,
        E: From<Error> + Send + 'a,
        R: Send + 'a,
        'a: 'conn,
    {
        async move {
            TenantTransactions::begin_transaction(self).await?;
            let unfinished = Unfinished::new(self);
            let result = callback(&mut *self).await;
            unfinished.end(self, result).await
        }
    }

    /// Raises the flag for a transaction that is about to begin. Until the tenant is set it stays raised: a future
    /// that is dropped in between leaves no handle whose transaction knows no tenant.
    pub(super) fn entering(&mut self) -> QueryResult<Busy> {
        self.in_scope()?;
        self.session.ready()?;
        let busy = self.session.busy();
        busy.raise();
        Ok(busy)
    }
}

/// An asynchronous closure whose future can be named in a bound, which `AsyncFnOnce` alone does not allow yet.
/// Implemented by every one.
#[doc(hidden)]
pub trait TransactionBody<T, R>:
    AsyncFnOnce(T) -> R + FnOnce(T) -> <Self as TransactionBody<T, R>>::Fut
{
    type Fut: Future<Output = R>;
}

impl<F, T, Fut, R> TransactionBody<T, R> for F
where
    F: AsyncFnOnce(T) -> R + FnOnce(T) -> Fut,
    Fut: Future<Output = R>,
{
    type Fut = Fut;
}

/// A transaction that has begun. Raises the flag of the session if it is dropped before the transaction's end.
pub(super) struct Unfinished(Option<Busy>);

impl Unfinished {
    pub(super) fn new<B: Backend>(db: &TenantDb<B>) -> Self {
        Self(Some(db.session.busy()))
    }

    /// Ends the transaction as its body has ended.
    pub(super) async fn end<B: Backend, R, E: From<Error>>(
        mut self,
        db: &mut TenantDb<B>,
        result: Result<R, E>,
    ) -> Result<R, E> {
        let result = match result {
            Ok(value) => TenantTransactions::commit_transaction(db).await.map(|()| value).map_err(E::from),
            // A statement of it was dropped halfway: nothing can be sent, and the connection is thrown away.
            Err(user_error) if db.session.ready().is_err() => Err(user_error),
            Err(user_error) => match TenantTransactions::rollback_transaction(db).await {
                // Where even this is broken, the error that led to it says more.
                Ok(()) | Err(Error::BrokenTransactionManager) => Err(user_error),
                Err(rollback_error) => Err(rollback_error.into()),
            },
        };
        self.0 = None;
        result
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(busy) = &self.0 {
            busy.raise();
        }
    }
}
