//! Transactions on PostgreSQL that are other than the usual one.

use std::future::Future;

use diesel::result::Error;

use super::Postgres;
use super::handle::TenantDb;
use super::postgres::begin_with;
use super::transactions::{TransactionBody, Unfinished};

impl TenantDb<Postgres> {
    /// A transaction with an isolation level, an access mode or DEFERRABLE of its own; [`run`](TransactionBuilder::run)
    /// begins it. It is diesel-async's `build_transaction` with the tenant, and with the guarantees of
    /// [`transaction`](Self::transaction).
    ///
    /// ```no_run
    /// # use tenancy::postgres::TenantDb;
    /// # use diesel::result::Error;
    /// # async fn report(db: &mut TenantDb) -> Result<(), Error> {
    /// db.build_transaction()
    ///     .serializable()
    ///     .read_only()
    ///     .deferrable()
    ///     .run(async |db| {
    ///         // Every statement sees the same state of the tenant's rows.
    /// #       let _ = db;
    ///         Ok::<_, Error>(())
    ///     })
    ///     .await
    /// # }
    /// ```
    pub fn build_transaction(&mut self) -> TransactionBuilder<'_> {
        TransactionBuilder { db: self, level: None, access: None, deferrable: None }
    }
}

/// A transaction to be begun, from [`TenantDb::build_transaction`]. What is not said is the database's default.
#[derive(Debug)]
#[must_use = "a transaction is begun by `run`"]
pub struct TransactionBuilder<'a> {
    db: &'a mut TenantDb<Postgres>,
    level: Option<&'static str>,
    access: Option<&'static str>,
    deferrable: Option<&'static str>,
}

impl<'a> TransactionBuilder<'a> {
    /// `READ COMMITTED`.
    pub fn read_committed(self) -> Self {
        Self { level: Some(" ISOLATION LEVEL READ COMMITTED"), ..self }
    }

    /// `REPEATABLE READ`.
    pub fn repeatable_read(self) -> Self {
        Self { level: Some(" ISOLATION LEVEL REPEATABLE READ"), ..self }
    }

    /// `SERIALIZABLE`.
    pub fn serializable(self) -> Self {
        Self { level: Some(" ISOLATION LEVEL SERIALIZABLE"), ..self }
    }

    /// `READ ONLY`.
    pub fn read_only(self) -> Self {
        Self { access: Some(" READ ONLY"), ..self }
    }

    /// `READ WRITE`.
    pub fn read_write(self) -> Self {
        Self { access: Some(" READ WRITE"), ..self }
    }

    /// `DEFERRABLE`: serializable and read-only, it waits for a moment from which on it cannot fail.
    pub fn deferrable(self) -> Self {
        Self { deferrable: Some(" DEFERRABLE"), ..self }
    }

    /// `NOT DEFERRABLE`.
    pub fn not_deferrable(self) -> Self {
        Self { deferrable: Some(" NOT DEFERRABLE"), ..self }
    }

    /// Runs `callback` inside the transaction: committed if it gives `Ok`, rolled back if it gives `Err`.
    ///
    /// # Errors
    ///
    /// What `callback` gives; [`Error::AlreadyInTransaction`] inside another transaction, since a savepoint has none
    /// of this to choose; or Diesel's error if the transaction cannot be begun, committed or rolled back.
    #[allow(clippy::manual_async_fn, reason = "an `async fn` cannot promise that its future is `Send`")]
    pub fn run<'b, R, E, F>(self, callback: F) -> impl Future<Output = Result<R, E>> + Send + 'a
    where
        for<'r> F: AsyncFnOnce(&'r mut TenantDb<Postgres>) -> Result<R, E>
            + TransactionBody<&'r mut TenantDb<Postgres>, Result<R, E>, Fut: Send>
            + Send
            + 'b,
        E: From<Error> + Send + 'b,
        R: Send + 'b,
        'b: 'a,
    {
        async move {
            let mut sql = "BEGIN TRANSACTION".to_owned();
            sql.extend([self.level, self.access, self.deferrable].into_iter().flatten());
            let db = self.db;
            let busy = db.entering()?;
            let begun = begin_with(&mut db.session, &db.current, &sql).await;
            busy.lower();
            begun?;
            let unfinished = Unfinished::new(db);
            let result = callback(&mut *db).await;
            unfinished.end(db, result).await
        }
    }
}
