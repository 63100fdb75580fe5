//! Transactions of a `TenantDb`: diesel-async's own, which the tenant is told to first.

use diesel::QueryResult;
use diesel::connection::TransactionManagerStatus;
use diesel_async::{AsyncConnection, TransactionManager};

use super::backend::Backend;
use super::backend::sealed::Driver;
use super::handle::TenantDb;

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
        busy.lower();
        begun?;
        if depth(db) != Some(1) {
            return Ok(());
        }
        let entered = B::enter_transaction(&mut db.session, &db.current).await;
        if let Err(error) = entered {
            // Without the tenant this transaction must not be used.
            Inner::<B>::rollback_transaction(&mut db.session.connection).await?;
            return Err(error);
        }
        Ok(())
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

fn depth<B: Backend>(db: &mut TenantDb<B>) -> Option<u32> {
    let status = Inner::<B>::transaction_manager_status_mut(&mut db.session.connection);
    status.transaction_depth().ok().flatten().map(std::num::NonZeroU32::get)
}
