//! A registry with what it knows in memory.

mod policy;
mod slot;
mod stats;
#[cfg(test)]
mod tests;

use std::fmt;
use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use foldhash::fast::RandomState;
use moka::sync::Cache;

use crate::store::{ListTenants, StoreError, TenantPage, TenantStore};
use crate::tenant::{Domain, Placement, Slug, Tenant, TenantId, TenantRecord, TenantStatus};

pub use policy::CachePolicy;
use slot::{Said, Slot};
pub use stats::CacheStats;
use stats::Counters;

/// A store that keeps what it has read, in this process. Cloning it copies a pointer: clones share what is kept.
///
/// Look-ups by id, identifier and domain come from memory while they are [kept](CachePolicy); lists and counts come from
/// the store. Of many who look for the same tenant at the same time one asks the store, and all have its answer or its
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

struct Inner {
    store: Arc<dyn TenantStore>,
    policy: CachePolicy,
    tenants: Cache<TenantId, Arc<Slot<Tenant>>, RandomState>,
    names: Cache<Name, Arc<Slot<TenantId>>, RandomState>,
    /// How often something was forgotten: what was asked for before may be old.
    forgotten: AtomicU64,
    counters: Counters,
}

/// What a tenant is looked for by, beside its id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Name {
    Identifier(Slug),
    Domain(Domain),
}

impl Name {
    fn not_found(&self) -> StoreError {
        match self {
            Self::Identifier(identifier) => StoreError::no_identifier(identifier),
            Self::Domain(domain) => StoreError::no_domain(domain),
        }
    }

    /// Whether a tenant that had this name when it was asked for may have it still.
    fn may_be_of(&self, tenant: &Tenant) -> bool {
        match self {
            Self::Identifier(identifier) => tenant.identifier() == identifier,
            // Its record does not say.
            Self::Domain(_) => true,
        }
    }
}

impl CachedStore {
    /// Keeps what `store` has said.
    pub fn new(store: impl TenantStore, policy: CachePolicy) -> Self {
        Self::over(Arc::new(store), policy)
    }

    pub(crate) fn over(store: Arc<dyn TenantStore>, policy: CachePolicy) -> Self {
        let hasher = RandomState::default();
        let tenants = Cache::builder().max_capacity(policy.capacity).time_to_live(policy.kept);
        let names =
            Cache::builder().max_capacity(policy.capacity.saturating_mul(2)).time_to_live(policy.kept);
        Self(Arc::new(Inner {
            store,
            policy,
            tenants: tenants.build_with_hasher(hasher.clone()),
            names: names.build_with_hasher(hasher),
            forgotten: AtomicU64::new(0),
            counters: Counters::default(),
        }))
    }

    /// Asks the store for everything again.
    pub fn forget_all(&self) {
        self.0.forgotten.fetch_add(1, Ordering::AcqRel);
        self.0.tenants.invalidate_all();
        self.0.names.invalidate_all();
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
            let then = self.0.forgotten.load(Ordering::Acquire);
            let page = self.0.store.list(list.clone()).await?;
            for tenant in page.entries.into_iter().flatten() {
                if read == self.0.policy.capacity {
                    return Ok(read);
                }
                self.0.keep(then, &tenant).await?;
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

impl Inner {
    /// Takes a tenant out, with names that may lead to it from now on or no more.
    fn forget(&self, names: impl IntoIterator<Item = Name>, id: &TenantId) {
        // First the count, then the slots: who has a slot that is not taken out has seen the new count, and asks.
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        self.tenants.invalidate(id);
        names.into_iter().for_each(|name| self.names.invalidate(&name));
    }

    /// Forgets when it is dropped: a change whose future is dropped, or that fails, may have happened.
    fn forgets<'a>(&'a self, names: impl IntoIterator<Item = Name>, id: &'a TenantId) -> Forgets<'a> {
        Forgets { inner: self, names: names.into_iter().collect(), id }
    }

    fn lasts(&self, tenant: Option<&Tenant>) -> Duration {
        if tenant.is_some_and(Tenant::is_active) { self.policy.kept } else { self.policy.absent }
    }

    async fn by_id(
        &self,
        id: &TenantId,
        ask: impl Future<Output = Result<Tenant, StoreError>>,
    ) -> Result<Said<Tenant>, StoreError> {
        let lasts = |tenant: Option<&Tenant>| self.lasts(tenant);
        through(&self.tenants, id, lasts, async { found(ask.await) }).await
    }

    async fn get(&self, id: &TenantId) -> Result<Tenant, StoreError> {
        let said = self.by_id(id, self.store.get(id)).await?;
        self.counters.count(matches!(said, Said::Asked(_)));
        said.into_inner().ok_or_else(|| StoreError::no_id(id))
    }

    /// A tenant by its name: the name leads to the id, the id to the tenant.
    async fn by_name<F>(&self, name: Name, ask: impl Fn() -> F) -> Result<Tenant, StoreError>
    where
        F: Future<Output = Result<Tenant, StoreError>>,
    {
        let mut asked = false;
        // A name that leads to a tenant that has not got it any more is asked for once more.
        for _ in 0..2 {
            let then = self.forgotten.load(Ordering::Acquire);
            let mut read = None;
            let lasts =
                |id: Option<&TenantId>| if id.is_some() { self.policy.kept } else { self.policy.absent };
            let ask_for_id = async {
                read = found(ask().await)?;
                Ok(read.as_ref().map(|tenant: &Tenant| tenant.id().clone()))
            };
            let said = through(&self.names, &name, lasts, ask_for_id).await?;
            asked |= matches!(said, Said::Asked(_));
            let Some(id) = said.into_inner() else { break };
            let ask_by_id = async {
                match read {
                    Some(tenant) if self.forgotten.load(Ordering::Acquire) == then => Ok(tenant),
                    _ => self.store.get(&id).await,
                }
            };
            let said = self.by_id(&id, ask_by_id).await?;
            asked |= matches!(said, Said::Asked(_));
            match said.into_inner() {
                Some(tenant) if name.may_be_of(&tenant) => {
                    self.counters.count(asked);
                    return Ok(tenant);
                }
                _ => self.names.invalidate(&name),
            }
        }
        self.counters.count(asked);
        Err(name.not_found())
    }

    /// Keeps a tenant that was read when the count was `then`.
    async fn keep(&self, then: u64, tenant: &Tenant) -> Result<(), StoreError> {
        let id = tenant.id();
        let ask = async {
            if self.forgotten.load(Ordering::Acquire) == then {
                return Ok(tenant.clone());
            }
            self.store.get(id).await
        };
        self.by_id(id, ask).await?;
        let name = Name::Identifier(tenant.identifier().clone());
        let id = async { Ok(Some(id.clone())) };
        through(&self.names, &name, |_| self.policy.kept, id).await?;
        Ok(())
    }
}

/// The answer in a key's slot, asked for where there is none or an old one.
async fn through<K, T>(
    cache: &Cache<K, Arc<Slot<T>>, RandomState>,
    key: &K,
    lasts: impl Fn(Option<&T>) -> Duration,
    ask: impl Future<Output = Result<Option<T>, StoreError>>,
) -> Result<Said<T>, StoreError>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    let slot = match cache.get(key) {
        Some(slot) if !slot.is_past(&lasts) => slot,
        _ => cache.entry_by_ref(key).or_insert_with_if(Slot::new, |slot| slot.is_past(&lasts)).into_value(),
    };
    let said = slot.fill(ask).await;
    if said.is_err() {
        cache.invalidate(key);
    }
    said
}

fn found(answer: Result<Tenant, StoreError>) -> Result<Option<Tenant>, StoreError> {
    match answer {
        Ok(tenant) => Ok(Some(tenant)),
        Err(StoreError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// See [`Inner::forgets`].
struct Forgets<'a> {
    inner: &'a Inner,
    names: Vec<Name>,
    id: &'a TenantId,
}

impl Drop for Forgets<'_> {
    fn drop(&mut self) {
        self.inner.forget(self.names.drain(..), self.id);
    }
}

#[async_trait]
impl TenantStore for CachedStore {
    async fn create(&self, record: TenantRecord) -> Result<Tenant, StoreError> {
        let (id, identifier) = (record.id.clone(), record.slug.clone());
        let _forgets = self.0.forgets([Name::Identifier(identifier)], &id);
        self.0.store.create(record).await
    }

    async fn get(&self, id: &TenantId) -> Result<Tenant, StoreError> {
        self.0.get(id).await
    }

    async fn get_by_identifier(&self, identifier: &Slug) -> Result<Tenant, StoreError> {
        let ask = || self.0.store.get_by_identifier(identifier);
        self.0.by_name(Name::Identifier(identifier.clone()), ask).await
    }

    async fn get_by_domain(&self, domain: &Domain) -> Result<Tenant, StoreError> {
        self.0.by_name(Name::Domain(domain.clone()), || self.0.store.get_by_domain(domain)).await
    }

    async fn add_domain(&self, id: &TenantId, domain: &Domain) -> Result<(), StoreError> {
        let _forgets = self.0.forgets([Name::Domain(domain.clone())], id);
        self.0.store.add_domain(id, domain).await
    }

    async fn remove_domain(&self, id: &TenantId, domain: &Domain) -> Result<(), StoreError> {
        let _forgets = self.0.forgets([Name::Domain(domain.clone())], id);
        self.0.store.remove_domain(id, domain).await
    }

    async fn domains(&self, id: &TenantId) -> Result<Vec<Domain>, StoreError> {
        self.0.store.domains(id).await
    }

    async fn list(&self, list: ListTenants) -> Result<TenantPage, StoreError> {
        self.0.store.list(list).await
    }

    async fn update(&self, tenant: &Tenant) -> Result<Tenant, StoreError> {
        // The name it had leads to a tenant that has it no more, which is seen.
        let _forgets = self.0.forgets([Name::Identifier(tenant.identifier().clone())], tenant.id());
        self.0.store.update(tenant).await
    }

    async fn set_status(
        &self,
        id: &TenantId,
        expected: TenantStatus,
        status: TenantStatus,
    ) -> Result<Tenant, StoreError> {
        let _forgets = self.0.forgets([], id);
        self.0.store.set_status(id, expected, status).await
    }

    async fn set_placement(
        &self,
        id: &TenantId,
        expected: Placement,
        placement: Placement,
    ) -> Result<Tenant, StoreError> {
        let _forgets = self.0.forgets([], id);
        self.0.store.set_placement(id, expected, placement).await
    }

    async fn delete(&self, id: &TenantId) -> Result<(), StoreError> {
        let _forgets = self.0.forgets([], id);
        self.0.store.delete(id).await
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
        self.0.policy.kept + self.0.store.staleness()
    }
}

// What is kept are records, which hold database URLs.
impl fmt::Debug for CachedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedStore").field("policy", &self.0.policy).field("stats", &self.stats()).finish()
    }
}
