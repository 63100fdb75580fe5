//! How many connections to tenants' own databases there are at a time, over all their pools.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::ConnectionError;

/// Cloning it gives the same bound.
#[derive(Debug, Clone)]
pub(crate) struct Bound {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    limit: usize,
    places: Arc<Semaphore>,
    /// How many connections have to close when they come back, because somebody waits for their place. One who has
    /// given up leaves his here: a connection closes that could have stayed, and no more comes of it.
    owed: AtomicUsize,
}

/// What a connection holds as long as it is open.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    bound: Bound,
}

impl Bound {
    pub(crate) fn new(limit: usize) -> Self {
        let places = Arc::new(Semaphore::new(limit.min(Semaphore::MAX_PERMITS)));
        Self { inner: Arc::new(Inner { limit, places, owed: AtomicUsize::new(0) }) }
    }

    pub(super) fn limit(&self) -> usize {
        self.inner.limit
    }

    /// A place for one more connection. Where there is none, `close_idle` closes a connection that nobody uses; if it
    /// finds none, the next that comes back to its pool closes.
    pub(super) async fn take(
        &self,
        wait: Duration,
        close_idle: impl FnOnce() -> bool,
    ) -> Result<Place, ConnectionError> {
        let places = &self.inner.places;
        let permit = match Arc::clone(places).try_acquire_owned() {
            Ok(permit) => Some(permit),
            Err(_) => {
                if !close_idle() {
                    self.inner.owed.fetch_add(1, Ordering::AcqRel);
                }
                timeout(wait, Arc::clone(places).acquire_owned()).await.ok().and_then(Result::ok)
            }
        };
        match permit {
            Some(permit) => Ok(Place { _permit: permit, bound: self.clone() }),
            None => Err(ConnectionError::TooManyConnections { limit: self.limit(), waited: wait }),
        }
    }
}

impl Place {
    /// Whether somebody waits for this place: each one that waits is told of one.
    pub(super) fn is_wanted(&self) -> bool {
        let owed = &self.bound.inner.owed;
        owed.fetch_update(Ordering::AcqRel, Ordering::Acquire, |owed| owed.checked_sub(1)).is_ok()
    }
}
