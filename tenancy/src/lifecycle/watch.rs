//! Whether a tenant is still served, for what lives longer than a request: WebSockets, streams.
#![cfg_attr(not(feature = "actix"), allow(dead_code, reason = "nobody watches where nothing is served"))]

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

#[cfg(feature = "actix")]
use futures_util::future;
use tokio::sync::watch;

use crate::store::{StoreError, TenantStore};
use crate::tenant::{TenantId, TenantStatus};

/// Asks the registry now and then, once for all who watch the same tenant. What this process changes, it knows at once.
pub(crate) struct StatusWatch {
    store: Arc<dyn TenantStore>,
    every: Duration,
    changed: watch::Sender<()>,
    watched: Mutex<HashMap<TenantId, Watched>>,
}

/// What is known of a tenant that somebody watches.
struct Watched {
    watchers: usize,
    status: TenantStatus,
    /// When the registry was asked; `None` where what it said may be old.
    asked: Option<Instant>,
}

impl StatusWatch {
    pub(crate) fn new(store: Arc<dyn TenantStore>, every: Duration) -> Self {
        Self { store, every, changed: watch::Sender::new(()), watched: Mutex::default() }
    }

    /// Has everybody look again.
    pub(crate) fn look_again(&self) {
        self.lock().values_mut().for_each(|watched| watched.asked = None);
        self.changed.send_replace(());
    }

    /// Done when the tenant is of none of these statuses any more. While the registry cannot be asked it is taken to be
    /// what it was.
    ///
    /// Cost: a query of the registry for each tenant that is watched, as often as the application is configured to.
    #[cfg(feature = "actix")]
    pub(crate) async fn left(
        self: Arc<Self>,
        id: TenantId,
        known: TenantStatus,
        served: Vec<TenantStatus>,
    ) -> TenantStatus {
        let _watcher = Watcher::new(&self, &id, known);
        let mut changed = self.changed.subscribe();
        loop {
            let status = self.status(&id).await;
            if !served.contains(&status) {
                return status;
            }
            let next = std::pin::pin!(tokio::time::sleep(self.every));
            let told = std::pin::pin!(changed.changed());
            future::select(next, told).await;
        }
    }

    /// The status as it is known, or as the registry has it if nobody has asked for a while.
    async fn status(&self, id: &TenantId) -> TenantStatus {
        let known = {
            let mut watched = self.lock();
            let Some(watched) = watched.get_mut(id) else { return TenantStatus::Active };
            if watched.asked.is_some_and(|asked| asked.elapsed() < self.every) {
                return watched.status;
            }
            // Others go by what is known until this one has asked.
            watched.asked = Some(Instant::now());
            watched.status
        };
        // What is kept in memory would be asked in vain.
        self.store.forget(id);
        // In a task: the one who asks may be a body that nobody reads, and others wait for the same answer.
        let (store, asked) = (Arc::clone(&self.store), id.clone());
        let answer = tokio::spawn(async move { store.get(&asked).await }).await;
        let status = match answer.unwrap_or_else(|lost| Err(StoreError::unavailable(lost))) {
            Ok(tenant) => tenant.status(),
            Err(StoreError::NotFound { .. }) => TenantStatus::Deleted,
            Err(error) => {
                tracing::warn!(%error, tenant_id = %id, "the registry does not say whether a tenant is still served");
                known
            }
        };
        if status != known {
            if let Some(watched) = self.lock().get_mut(id) {
                watched.status = status;
            }
            self.changed.send_replace(());
        }
        status
    }

    // A poisoned lock is taken over: what is under it is whole at every step.
    fn lock(&self) -> MutexGuard<'_, HashMap<TenantId, Watched>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who watches a tenant.
struct Watcher<'a> {
    watch: &'a StatusWatch,
    id: &'a TenantId,
}

impl<'a> Watcher<'a> {
    /// Of a tenant that whoever watches has just seen with the status `known`.
    fn new(watch: &'a StatusWatch, id: &'a TenantId, known: TenantStatus) -> Self {
        let mut all = watch.lock();
        let watched =
            all.entry(id.clone()).or_insert_with(|| Watched { watchers: 0, status: known, asked: None });
        watched.watchers += 1;
        if watched.status != known {
            // Somebody has changed it, and who is right is for the registry to say.
            watched.asked = None;
        }
        drop(all);
        Self { watch, id }
    }
}

impl Drop for Watcher<'_> {
    fn drop(&mut self) {
        let mut watched = self.watch.lock();
        if let Some(entry) = watched.get_mut(self.id) {
            entry.watchers -= 1;
            if entry.watchers == 0 {
                watched.remove(self.id);
            }
        }
    }
}

impl fmt::Debug for StatusWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusWatch").field("every", &self.every).finish_non_exhaustive()
    }
}
