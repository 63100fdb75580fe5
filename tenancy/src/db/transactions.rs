//! Transactions of a `TenantDb`: diesel-async's own, which the tenant is told to first.

use std::future::Future;

use diesel::QueryResult;
use diesel::connection::TransactionManagerStatus;
use diesel::result::Error;
use diesel_async::{AsyncConnection, TransactionManager};

use super::backend::Backend;
use super::backend::sealed::Driver;
use super::handle::TenantDb;
use super::session::Busy;

/// diesel-async's transaction manager for the connection inside a [`TenantDb`], which also sets the
/// tenant for the database at the start of a transaction. The setting ends with the transaction.
#[derive(Debug)]
pub struct TenantTransactions(());

type Inner<B> = <<B as Driver>::Connection as AsyncConnection>::TransactionManager;

impl<B: Backend> TransactionManager<TenantDb<B>> for TenantTransactions {
    type TransactionStateData = <Inner<B> as TransactionManager<B::Connection>>::TransactionStateData;

    async fn begin_transaction(db: &mut TenantDb<B>) -> QueryResult<()> {
        db.in_scope()?;
        db.session.ready()?;
        let busy = db.session.busy();
        busy.raise();
        let begun = Inner::<B>::begin_transaction(&mut db.session.connection).await;
        if begun.is_err() {
            busy.lower();
        }
        begun?;
        // Until the tenant is set the flag stays raised: a future dropped in between leaves no handle whose
        // transaction knows no tenant.
        let entered = match depth(db) {
            Some(1) => B::enter_transaction(&mut db.session, &db.current).await,
            _ => Ok(()),
        };
        if entered.is_err() {
            Inner::<B>::rollback_transaction(&mut db.session.connection).await?;
        }
        busy.lower();
        entered
    }

    async fn rollback_transaction(db: &mut TenantDb<B>) -> QueryResult<()> {
        db.session.ready()?;
        let busy = db.session.busy();
        busy.raise();
        let ended = Inner::<B>::rollback_transaction(&mut db.session.connection).await;
        busy.lower();
        ended
    }

    async fn commit_transaction(db: &mut TenantDb<B>) -> QueryResult<()> {
        db.session.ready()?;
        let busy = db.session.busy();
        busy.raise();
        let ended = Inner::<B>::commit_transaction(&mut db.session.connection).await;
        busy.lower();
        ended
    }

    fn transaction_manager_status_mut(db: &mut TenantDb<B>) -> &mut TransactionManagerStatus {
        Inner::<B>::transaction_manager_status_mut(&mut db.session.connection)
    }

    fn is_broken_transaction_manager(db: &mut TenantDb<B>) -> bool {
        Inner::<B>::is_broken_transaction_manager(&mut db.session.connection)
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
            let unfinished = Unfinished(Some(self.session.busy()));
            let result = match callback(&mut *self).await {
                Ok(value) => {
                    TenantTransactions::commit_transaction(self).await.map(|()| value).map_err(E::from)
                }
                // A statement of it was dropped halfway: nothing can be sent, and the connection is thrown away.
                Err(user_error) if self.session.ready().is_err() => Err(user_error),
                Err(user_error) => match TenantTransactions::rollback_transaction(self).await {
                    // Where even this is broken, the error that led to it says more.
                    Ok(()) | Err(Error::BrokenTransactionManager) => Err(user_error),
                    Err(rollback_error) => Err(rollback_error.into()),
                },
            };
            unfinished.finish();
            result
        }
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

/// Raises the flag of the session if a transaction's future is dropped before its end.
struct Unfinished(Option<Busy>);

impl Unfinished {
    fn finish(mut self) {
        self.0 = None;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(busy) = &self.0 {
            busy.raise();
        }
    }
}

fn depth<B: Backend>(db: &mut TenantDb<B>) -> Option<u32> {
    let status = Inner::<B>::transaction_manager_status_mut(&mut db.session.connection);
    status.transaction_depth().ok().flatten().map(std::num::NonZeroU32::get)
}
