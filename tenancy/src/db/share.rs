//! Each tenant's share of the connections, so that one tenant cannot take what others need.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::ConnectionError;
use crate::tenant::TenantId;

/// What one tenant may have at a time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShareLimits {
    /// Connections in use.
    pub(crate) connections: usize,
    /// Requests that wait for one of them.
    pub(crate) waiting: usize,
    pub(crate) wait: Duration,
}

/// The shares of the tenants that use connections now. Cloning it gives the same.
#[derive(Clone)]
pub(crate) struct Shares {
    limits: ShareLimits,
    tenants: Arc<Mutex<HashMap<TenantId, Arc<Share>>>>,
}

#[derive(Debug)]
struct Share {
    free: Arc<Semaphore>,
    waiting: AtomicUsize,
}

impl Shares {
    pub(crate) fn new(limits: ShareLimits) -> Self {
        Self { limits, tenants: Arc::default() }
    }

    /// A seat for one connection of the tenant's.
    ///
    /// Costs a look into a map, twice; nothing is kept of a tenant that has no connection.
    pub(crate) async fn take(&self, tenant: &TenantId) -> Result<Seat, ConnectionError> {
        let entered = self.enter(tenant);
        let free = Arc::clone(&entered.share.free);
        if let Ok(permit) = Arc::clone(&free).try_acquire_owned() {
            return Ok(Seat { _permit: permit, _entered: entered });
        }
        let waits = Waits::begin(&entered.share.waiting);
        if waits.others >= self.limits.waiting {
            return Err(self.busy(tenant));
        }
        match timeout(self.limits.wait, free.acquire_owned()).await {
            Ok(Ok(permit)) => {
                drop(waits);
                Ok(Seat { _permit: permit, _entered: entered })
            }
            Ok(Err(_)) | Err(_) => Err(self.busy(tenant)),
        }
    }

    fn busy(&self, tenant: &TenantId) -> ConnectionError {
        let ShareLimits { connections, waiting, .. } = self.limits;
        ConnectionError::TenantBusy { tenant: tenant.as_str().to_owned(), connections, waiting }
    }

    fn enter(&self, tenant: &TenantId) -> Entered {
        let new = || {
            let free = Arc::new(Semaphore::new(self.limits.connections.min(Semaphore::MAX_PERMITS)));
            Arc::new(Share { free, waiting: AtomicUsize::new(0) })
        };
        let share = Arc::clone(lock(&self.tenants).entry(tenant.clone()).or_insert_with(new));
        Entered { share, tenant: tenant.clone(), tenants: Arc::clone(&self.tenants) }
    }
}

/// One of a tenant's connections in use.
pub(crate) struct Seat {
    // Given back before the share is left.
    _permit: OwnedSemaphorePermit,
    _entered: Entered,
}

/// Keeps a tenant's share in the map; the last to leave takes it out.
struct Entered {
    share: Arc<Share>,
    tenant: TenantId,
    tenants: Arc<Mutex<HashMap<TenantId, Arc<Share>>>>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        let mut tenants = lock(&self.tenants);
        // Shares are cloned under the lock alone: the map's own and this one are two.
        if Arc::strong_count(&self.share) == 2 {
            tenants.remove(&self.tenant);
        }
    }
}

/// Counts one who waits, until it is dropped.
struct Waits<'a> {
    waiting: &'a AtomicUsize,
    others: usize,
}

impl<'a> Waits<'a> {
    fn begin(waiting: &'a AtomicUsize) -> Self {
        Self { waiting, others: waiting.fetch_add(1, Ordering::AcqRel) }
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whoever panicked holding the lock left a map that is whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Shares {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shares")
            .field("limits", &self.limits)
            .field("tenants", &lock(&self.tenants).len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn shares(connections: usize, waiting: usize) -> Shares {
        Shares::new(ShareLimits { connections, waiting, wait: Duration::from_millis(20) })
    }

    fn id(name: &str) -> TenantId {
        TenantId::try_from(name).unwrap()
    }

    #[tokio::test]
    async fn a_tenant_has_its_share_and_others_have_theirs() {
        let shares = shares(2, 0);
        let (acme, globex) = (id("acme"), id("globex"));
        let first = shares.take(&acme).await.unwrap();
        let _second = shares.take(&acme).await.unwrap();
        assert!(matches!(shares.take(&acme).await, Err(ConnectionError::TenantBusy { .. })));
        shares.take(&globex).await.unwrap();
        drop(first);
        shares.take(&acme).await.unwrap();
    }

    #[tokio::test]
    async fn as_many_wait_as_may_and_no_longer() {
        let shares = shares(1, 1);
        let acme = id("acme");
        let seat = shares.take(&acme).await.unwrap();
        let waiting = tokio::spawn({
            let (shares, acme) = (shares.clone(), acme.clone());
            async move { shares.take(&acme).await.map(drop) }
        });
        tokio::task::yield_now().await;
        assert!(shares.take(&acme).await.is_err(), "one waits, and one may");
        assert!(waiting.await.unwrap().is_err(), "nobody waits for ever");
        let waiting = tokio::spawn({
            let (shares, acme) = (shares.clone(), acme.clone());
            async move { shares.take(&acme).await.map(drop) }
        });
        tokio::task::yield_now().await;
        drop(seat);
        waiting.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn nothing_is_kept_of_a_tenant_without_connections() {
        let shares = shares(1, 1);
        let seat = shares.take(&id("acme")).await.unwrap();
        assert!(shares.take(&id("acme")).await.is_err());
        assert_eq!(lock(&shares.tenants).len(), 1);
        drop(seat);
        assert_eq!(lock(&shares.tenants).len(), 0);
    }

    #[tokio::test]
    async fn one_who_goes_away_waits_no_more() {
        let shares = shares(1, 1);
        let seat = shares.take(&id("acme")).await.unwrap();
        let acme = id("acme");
        let mut gone = Box::pin(shares.take(&acme));
        assert!(futures_util::poll!(&mut gone).is_pending());
        drop(gone);
        let mut waits = Box::pin(shares.take(&acme));
        assert!(futures_util::poll!(&mut waits).is_pending(), "it has the place of the one who left");
        drop(seat);
        waits.await.unwrap();
    }
}
