//! A registry with what it knows in a Redis that several processes share.

mod changes;
mod inner;
mod policy;
mod record;
mod stats;
#[cfg(test)]
mod tests;
mod told;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use serde_json::{Map, Value};

use crate::store::{LatestTenants, ListTenants, SearchTenants, StoreError, TenantPage, TenantStore, Tenants};
use crate::tenant::{Domain, Placement, Slug, Tenant, TenantId, TenantRecord, TenantStatus};

pub(crate) use changes::{Changed, follow};
use inner::{Inner, Name};
pub use policy::RedisPolicy;
pub use stats::RedisStats;
use told::Told;

/// A store that keeps what it has read in a Redis, for all processes of an application. Cloning it copies a pointer.
///
/// Look-ups by id and by identifier come from Redis while they are [kept](RedisPolicy::kept); everything else comes from the
/// store. What a process changes it writes to the store, then to Redis, and there tells the others. A record in Redis is
/// never replaced by an older one: records have versions.
///
/// While Redis does not answer, the store is asked; no look-up waits for a Redis that is down, and no call fails for it. A
/// process that could not tell Redis of a change goes on trying, and asks the store for that tenant until it has; meanwhile the
/// others may see the old record, for as long as records are [kept](RedisPolicy::kept).
///
/// A tenant whose database URL stands in clear in the registry is not kept in Redis. Where it is sealed it is, as the
/// registry has it; metadata is there as the registry has it too.
///
/// Cost: a look-up is one round trip to Redis, and so is what a change tells it. In front of it belongs a
/// [`CachedStore`](super::CachedStore), which [`TenancyBuilder::redis`](crate::TenancyBuilder::redis) brings.
#[derive(Clone)]
pub struct RedisStore(Arc<Inner>);

impl RedisStore {
    /// Keeps what `store` has said in this Redis. Connects to nothing yet.
    pub fn new(store: impl TenantStore, policy: RedisPolicy) -> Self {
        Self::over(Arc::new(store), policy)
    }

    pub(crate) fn over(store: Arc<dyn TenantStore>, policy: RedisPolicy) -> Self {
        Self(Arc::new(Inner::new(store, policy)))
    }

    fn store(&self) -> Arc<dyn TenantStore> {
        Arc::clone(&self.0.store)
    }

    /// Writes the active tenants to Redis before they are asked for, and says how many.
    ///
    /// # Errors
    /// The store's; [`StoreError::Unavailable`] when Redis does not answer. Damaged rows are passed over.
    pub async fn warm_up(&self) -> Result<u64, StoreError> {
        // Small pages: what was read too long ago is not kept.
        let mut list = ListTenants { after: None, limit: 100, status: Some(TenantStatus::Active) };
        let mut written = 0;
        loop {
            let asked = Instant::now();
            let page = self.0.store.list(list.clone()).await?;
            for tenant in page.entries.into_iter().flatten() {
                written += u64::from(self.0.fill(&tenant, asked).await.map_err(StoreError::unavailable)?);
            }
            match page.next {
                Some(next) => list.after = Some(next),
                None => return Ok(written),
            }
        }
    }

    /// Has all processes look for a tenant in the store: for what was changed past this store, by hand say. This one hears of
    /// it as the others do.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when Redis does not answer.
    pub async fn forget_everywhere(&self, id: &TenantId) -> Result<(), StoreError> {
        self.forget(id);
        let told = self.0.forget(std::slice::from_ref(id)).await;
        told.map_err(|(error, _)| StoreError::unavailable(error))
    }

    /// What it has done so far.
    pub fn stats(&self) -> RedisStats {
        self.0.counters.read()
    }
}

/// What Redis is told of a change that gave the tenant as it is now.
fn now(tenant: &Tenant, _: Vec<TenantId>) -> Told {
    Told::Now(tenant.clone())
}

/// Of one that gave nothing.
fn gone((): &(), ids: Vec<TenantId>) -> Told {
    Told::Changed(ids)
}

/// Of one that gave several.
fn many(changed: &Tenants) -> Told {
    Told::Changed(changed.iter().flatten().map(|tenant| tenant.id().clone()).collect())
}

#[async_trait]
impl TenantStore for RedisStore {
    async fn create(&self, record: TenantRecord) -> Result<Tenant, StoreError> {
        let (id, store) = (record.id.clone(), self.store());
        self.0.change(vec![id], async move { store.create(record).await }, now).await
    }

    async fn get(&self, id: &TenantId) -> Result<Tenant, StoreError> {
        self.0.look_up(Name::Id(id)).await
    }

    async fn get_many(&self, ids: &[TenantId]) -> Result<Tenants, StoreError> {
        self.0.store.get_many(ids).await
    }

    async fn exists(&self, id: &TenantId) -> Result<bool, StoreError> {
        self.0.store.exists(id).await
    }

    async fn get_by_identifier(&self, identifier: &Slug) -> Result<Tenant, StoreError> {
        self.0.look_up(Name::Identifier(identifier)).await
    }

    async fn get_by_domain(&self, domain: &Domain) -> Result<Tenant, StoreError> {
        self.0.store.get_by_domain(domain).await
    }

    async fn add_domain(&self, id: &TenantId, domain: &Domain) -> Result<(), StoreError> {
        let (store, of, domain) = (self.store(), id.clone(), domain.clone());
        self.0.change(vec![id.clone()], async move { store.add_domain(&of, &domain).await }, gone).await
    }

    async fn remove_domain(&self, id: &TenantId, domain: &Domain) -> Result<(), StoreError> {
        let (store, of, domain) = (self.store(), id.clone(), domain.clone());
        self.0.change(vec![id.clone()], async move { store.remove_domain(&of, &domain).await }, gone).await
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
        let (store, changed) = (self.store(), tenant.clone());
        self.0.change(vec![tenant.id().clone()], async move { store.update(&changed).await }, now).await
    }

    async fn set_status(
        &self,
        id: &TenantId,
        expected: TenantStatus,
        status: TenantStatus,
    ) -> Result<Tenant, StoreError> {
        let (store, of) = (self.store(), id.clone());
        self.0
            .change(vec![id.clone()], async move { store.set_status(&of, expected, status).await }, now)
            .await
    }

    async fn set_status_many(
        &self,
        ids: &[TenantId],
        expected: TenantStatus,
        status: TenantStatus,
    ) -> Result<Tenants, StoreError> {
        let (store, of) = (self.store(), ids.to_vec());
        let change = async move { store.set_status_many(&of, expected, status).await };
        self.0.change(ids.to_vec(), change, |changed, _| many(changed)).await
    }

    async fn merge_metadata(&self, id: &TenantId, patch: Map<String, Value>) -> Result<Tenant, StoreError> {
        let (store, of) = (self.store(), id.clone());
        self.0.change(vec![id.clone()], async move { store.merge_metadata(&of, patch).await }, now).await
    }

    async fn set_placement(
        &self,
        id: &TenantId,
        expected: Placement,
        placement: Placement,
    ) -> Result<Tenant, StoreError> {
        let (store, of) = (self.store(), id.clone());
        self.0
            .change(vec![id.clone()], async move { store.set_placement(&of, expected, placement).await }, now)
            .await
    }

    async fn delete(&self, id: &TenantId) -> Result<(), StoreError> {
        let (store, of) = (self.store(), id.clone());
        self.0.change(vec![id.clone()], async move { store.delete(&of).await }, gone).await
    }

    async fn count(&self, status: Option<TenantStatus>) -> Result<u64, StoreError> {
        self.0.store.count(status).await
    }

    /// The next look-up in this process asks the store.
    fn forget(&self, id: &TenantId) {
        self.0.store.forget(id);
        self.0.pass_redis_by(id);
    }

    fn staleness(&self) -> Duration {
        self.0.policy.kept.saturating_add(self.0.store.staleness())
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").field("policy", &self.0.policy).field("stats", &self.stats()).finish()
    }
}
