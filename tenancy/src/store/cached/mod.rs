//! A registry with what it knows in memory.

mod inner;
mod policy;
mod slot;
mod stats;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;

use serde_json::{Map, Value};

use crate::store::{LatestTenants, ListTenants, SearchTenants, StoreError, TenantPage, TenantStore, Tenants};
use crate::tenant::{Domain, Placement, Slug, Tenant, TenantId, TenantRecord, TenantStatus};

#[cfg(feature = "redis")]
use super::shared::Changed;
use inner::{Inner, Name};
pub use policy::CachePolicy;
pub use stats::CacheStats;

/// A store that keeps what it has read, in this process. Cloning it copies a pointer: clones share what is kept.
///
/// Look-ups by id, identifier and domain come from memory while they are [kept](CachePolicy); whatever gives back
/// several tenants, and counts, come from the store. Of many who look for the same tenant at the same time one asks the store, and all have its answer or its
/// error. Errors are not kept.
///
/// What is changed through this store is seen by the next look-up, also where the future of the change was dropped or
/// the change failed. What another process changes is seen after [`CachePolicy::kept`] at the latest, or when this one
/// is told: [`forget`](TenantStore::forget).
///
/// Cost: a look-up that finds an active tenant is two look-ups in tables in memory and one allocation.
///
/// ```
/// use tenancy::store::{CachePolicy, CachedStore, MemoryStore};
///
/// let store = CachedStore::new(MemoryStore::new(), CachePolicy::default());
/// assert_eq!(store.stats().hit_rate(), 0.0);
/// ```
#[derive(Clone)]
pub struct CachedStore(Arc<Inner>);

impl CachedStore {
    /// Keeps what `store` has said.
    pub fn new(store: impl TenantStore, policy: CachePolicy) -> Self {
        Self::over(Arc::new(store), policy)
    }

    fn store(&self) -> Arc<dyn TenantStore> {
        Arc::clone(&self.0.store)
    }

    pub(crate) fn over(store: Arc<dyn TenantStore>, policy: CachePolicy) -> Self {
        Self(Arc::new(Inner::new(store, policy)))
    }

    /// Asks the store for everything again.
    pub fn forget_all(&self) {
        self.0.forget_all();
    }

    /// What forgets when another process has changed something: here, and what is behind this is not told. It does not keep
    /// the store.
    #[cfg(feature = "redis")]
    pub(crate) fn hears(&self) -> impl Fn(Changed) + Send + Sync + 'static {
        let inner = Arc::downgrade(&self.0);
        move |changed| match (inner.upgrade(), changed) {
            (Some(inner), Changed::One(id)) => inner.forget([], &id),
            (Some(inner), Changed::All) => inner.forget_all(),
            (None, _) => {}
        }
    }

    /// Reads active tenants from the store before they are asked for, as many as there is room for, and says how many.
    ///
    /// # Errors
    /// The store's. Damaged rows are passed over: who looks for such a tenant is told.
    pub async fn warm_up(&self) -> Result<u64, StoreError> {
        let mut list =
            ListTenants { after: None, limit: ListTenants::MAX_LIMIT, status: Some(TenantStatus::Active) };
        let mut read = 0;
        loop {
            let (then, asked) = (self.0.now(), Instant::now());
            let page = self.0.store.list(list.clone()).await?;
            for tenant in page.entries.into_iter().flatten() {
                if read == self.0.policy.capacity {
                    return Ok(read);
                }
                self.0.keep(tenant, then, asked);
                read += 1;
            }
            match page.next {
                Some(next) => list.after = Some(next),
                None => return Ok(read),
            }
        }
    }

    /// What it has done so far.
    pub fn stats(&self) -> CacheStats {
        self.0.counters.read(self.0.tenants.entry_count())
    }
}

#[async_trait]
impl TenantStore for CachedStore {
    async fn create(&self, record: TenantRecord) -> Result<Tenant, StoreError> {
        let (id, name, store) = (record.id.clone(), Name::Identifier(record.slug.clone()), self.store());
        self.0.change([name], [id], async move { store.create(record).await }).await
    }

    async fn get(&self, id: &TenantId) -> Result<Tenant, StoreError> {
        self.0.get(id).await
    }

    async fn get_many(&self, ids: &[TenantId]) -> Result<Tenants, StoreError> {
        self.0.store.get_many(ids).await
    }

    async fn get_by_identifier(&self, identifier: &Slug) -> Result<Tenant, StoreError> {
        self.0.by_name(Name::Identifier(identifier.clone())).await
    }

    async fn get_by_domain(&self, domain: &Domain) -> Result<Tenant, StoreError> {
        self.0.by_name(Name::Domain(domain.clone())).await
    }

    async fn add_domain(&self, id: &TenantId, domain: &Domain) -> Result<(), StoreError> {
        let (store, of, domain) = (self.store(), id.clone(), domain.clone());
        let name = Name::Domain(domain.clone());
        self.0.change([name], [id.clone()], async move { store.add_domain(&of, &domain).await }).await
    }

    async fn remove_domain(&self, id: &TenantId, domain: &Domain) -> Result<(), StoreError> {
        let (store, of, domain) = (self.store(), id.clone(), domain.clone());
        let name = Name::Domain(domain.clone());
        self.0.change([name], [id.clone()], async move { store.remove_domain(&of, &domain).await }).await
    }

    async fn domains(&self, id: &TenantId) -> Result<Vec<Domain>, StoreError> {
        self.0.store.domains(id).await
    }

    async fn list(&self, list: ListTenants) -> Result<TenantPage, StoreError> {
        self.0.store.list(list).await
    }

    async fn latest(&self, latest: LatestTenants) -> Result<Tenants, StoreError> {
        self.0.store.latest(latest).await
    }

    async fn search(&self, search: SearchTenants) -> Result<Tenants, StoreError> {
        self.0.store.search(search).await
    }

    async fn update(&self, tenant: &Tenant) -> Result<Tenant, StoreError> {
        // The name it had leads to a tenant that has it no more, which is seen.
        let name = Name::Identifier(tenant.identifier().clone());
        let (store, changed) = (self.store(), tenant.clone());
        self.0.change([name], [tenant.id().clone()], async move { store.update(&changed).await }).await
    }

    async fn set_status(
        &self,
        id: &TenantId,
        expected: TenantStatus,
        status: TenantStatus,
    ) -> Result<Tenant, StoreError> {
        let (store, of) = (self.store(), id.clone());
        self.0.change([], [id.clone()], async move { store.set_status(&of, expected, status).await }).await
    }

    async fn set_status_many(
        &self,
        ids: &[TenantId],
        expected: TenantStatus,
        status: TenantStatus,
    ) -> Result<Tenants, StoreError> {
        let (store, of) = (self.store(), ids.to_vec());
        let change = async move { store.set_status_many(&of, expected, status).await };
        self.0.change([], ids.iter().cloned(), change).await
    }

    async fn merge_metadata(&self, id: &TenantId, patch: Map<String, Value>) -> Result<Tenant, StoreError> {
        let (store, of) = (self.store(), id.clone());
        self.0.change([], [id.clone()], async move { store.merge_metadata(&of, patch).await }).await
    }

    async fn set_placement(
        &self,
        id: &TenantId,
        expected: Placement,
        placement: Placement,
    ) -> Result<Tenant, StoreError> {
        let (store, of) = (self.store(), id.clone());
        self.0
            .change([], [id.clone()], async move { store.set_placement(&of, expected, placement).await })
            .await
    }

    async fn delete(&self, id: &TenantId) -> Result<(), StoreError> {
        let (store, of) = (self.store(), id.clone());
        self.0.change([], [id.clone()], async move { store.delete(&of).await }).await
    }

    async fn count(&self, status: Option<TenantStatus>) -> Result<u64, StoreError> {
        self.0.store.count(status).await
    }

    /// For what was changed past this store: by another process, or by hand.
    fn forget(&self, id: &TenantId) {
        self.0.store.forget(id);
        self.0.forget([], id);
    }

    fn staleness(&self) -> Duration {
        self.0.kept.saturating_add(self.0.store.staleness())
    }
}

// What is kept are records, which hold database URLs.
impl fmt::Debug for CachedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedStore").field("policy", &self.0.policy).field("stats", &self.stats()).finish()
    }
}
