//! What is kept, and how it is asked for.

use std::future::Future;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use foldhash::fast::RandomState;
use moka::sync::Cache;

use super::policy::CachePolicy;
use super::slot::{Answer, Slot};
use super::stats::Counters;
use crate::store::{StoreError, TenantStore};
use crate::tenant::{Domain, Slug, Tenant, TenantId};

/// A year; moka takes no more than a thousand.
pub(super) const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);
/// Twice as long as an answer of the store may take to be kept when it comes.
const MARKED: Duration = Duration::from_secs(60);

/// What all clones of a store share.
pub(super) struct Inner {
    pub(super) store: Arc<dyn TenantStore>,
    pub(super) policy: CachePolicy,
    pub(super) tenants: Cache<TenantId, Arc<Slot<Tenant>>, RandomState>,
    pub(super) names: Cache<Name, Arc<Slot<Led>>, RandomState>,
    /// The policy's, as long as it may be.
    pub(super) kept: Duration,
    /// How often something was forgotten.
    forgotten: AtomicU64,
    /// What that was when each tenant was forgotten last: what was asked for before is old.
    marks: Cache<TenantId, u64, RandomState>,
    /// And when all were.
    all_forgotten: AtomicU64,
    pub(super) counters: Counters,
}

/// What a tenant is looked for by, beside its id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Name {
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

    fn is_domain(&self) -> bool {
        matches!(self, Self::Domain(_))
    }

    /// Whether this is a name of the tenant to which it has led. `is_newer`: it was asked for no earlier than the tenant.
    fn is_of(&self, tenant: &Tenant, is_newer: bool) -> bool {
        match self {
            Self::Identifier(identifier) => tenant.identifier() == identifier,
            // The record does not say. Where the tenant was read anew, because it was forgotten say, the domain is too.
            Self::Domain(_) => is_newer,
        }
    }
}

/// Where a name leads.
#[derive(Clone)]
pub(super) struct Led {
    id: TenantId,
    /// The tenant, which was read together with it; for one slot.
    read: Arc<Mutex<Option<Tenant>>>,
    /// How often something had been forgotten before it was asked for.
    then: u64,
}

impl Led {
    fn to(tenant: Tenant, then: u64) -> Self {
        Self { id: tenant.id().clone(), read: Arc::new(Mutex::new(Some(tenant))), then }
    }

    fn read(&self) -> MutexGuard<'_, Option<Tenant>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the tenant's slot was filled from it already, or by somebody else.
    fn is_used(&self) -> bool {
        self.read().is_none()
    }
}

impl Inner {
    pub(super) fn new(store: Arc<dyn TenantStore>, policy: CachePolicy) -> Self {
        let hasher = RandomState::default();
        let kept = policy.kept.min(LONGEST);
        let tenants = Cache::builder().max_capacity(policy.capacity).time_to_live(kept);
        let names = Cache::builder().max_capacity(policy.capacity.saturating_mul(2)).time_to_live(kept);
        let marks = Cache::builder().time_to_live(MARKED);
        Self {
            store,
            policy,
            tenants: tenants.build_with_hasher(hasher.clone()),
            names: names.build_with_hasher(hasher.clone()),
            kept,
            forgotten: AtomicU64::new(0),
            marks: marks.build_with_hasher(hasher),
            all_forgotten: AtomicU64::new(0),
            counters: Counters::default(),
        }
    }

    /// How often something was forgotten so far.
    pub(super) fn now(&self) -> u64 {
        self.forgotten.load(Ordering::Acquire)
    }

    pub(super) fn forget_all(&self) {
        let count = self.forgotten.fetch_add(1, Ordering::AcqRel) + 1;
        self.all_forgotten.fetch_max(count, Ordering::AcqRel);
        self.tenants.invalidate_all();
        self.names.invalidate_all();
    }

    /// Takes a tenant out, with names that may lead to it from now on or no more.
    pub(super) fn forget(&self, names: impl IntoIterator<Item = Name>, id: &TenantId) {
        // First the mark, then the slots: who has a slot that is not taken out sees the mark, and asks.
        let count = self.forgotten.fetch_add(1, Ordering::AcqRel) + 1;
        self.marks.insert(id.clone(), count);
        self.tenants.invalidate(id);
        names.into_iter().for_each(|name| self.names.invalidate(&name));
    }

    /// Whether this tenant, asked for when the count was `then`, was not forgotten since.
    fn is_current(&self, id: &TenantId, then: u64, asked: Instant) -> bool {
        // No mark is older than this.
        asked.elapsed() < MARKED / 2
            && self.all_forgotten.load(Ordering::Acquire) <= then
            && self.marks.get(id).is_none_or(|mark| mark <= then)
    }

    /// Changes something, and forgets when that is done or has failed: in a task, for what the store does is not undone
    /// when nobody waits for it any more.
    pub(super) async fn change<T: Send + 'static>(
        self: &Arc<Self>,
        names: impl IntoIterator<Item = Name>,
        ids: impl IntoIterator<Item = TenantId>,
        change: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        let forgets = Forgets {
            inner: Arc::clone(self),
            names: names.into_iter().collect(),
            ids: ids.into_iter().collect(),
        };
        let changed = tokio::spawn(async move {
            let _forgets = forgets;
            change.await
        });
        changed.await.unwrap_or_else(|lost| Err(StoreError::unavailable(lost)))
    }

    fn lasts(&self, tenant: Option<&Tenant>) -> Duration {
        if tenant.is_some_and(Tenant::is_active) { self.kept } else { self.policy.absent }
    }

    /// Whether a tenant is kept, or asked for.
    fn is_known(&self, id: &TenantId) -> bool {
        self.tenants.get(id).is_some_and(|slot| !slot.is_past(|tenant| self.lasts(tenant)))
    }

    /// A tenant's slot, and whether the caller has to begin with it.
    fn slot(&self, id: &TenantId) -> (Arc<Slot<Tenant>>, bool) {
        let slot = fresh(&self.tenants, id, |tenant: Option<&Tenant>| self.lasts(tenant));
        let is_ours = slot.begin();
        (slot, is_ours)
    }

    fn ask_by_id(self: &Arc<Self>, id: &TenantId, slot: &Arc<Slot<Tenant>>) {
        let (inner, id) = (Arc::clone(self), id.clone());
        slot.ask(async move { found(inner.store.get(&id).await) });
    }

    async fn answer_by_id(&self, id: &TenantId, slot: &Slot<Tenant>) -> Result<Answer<Tenant>, StoreError> {
        let answer = slot.answer().await;
        if let Err(error) = answer.what {
            self.tenants.invalidate(id);
            return Err(error);
        }
        Ok(answer)
    }

    pub(super) async fn get(self: &Arc<Self>, id: &TenantId) -> Result<Tenant, StoreError> {
        let (slot, is_ours) = self.slot(id);
        self.counters.count(is_ours);
        if is_ours {
            self.ask_by_id(id, &slot);
        }
        self.answer_by_id(id, &slot).await?.what?.ok_or_else(|| StoreError::no_id(id))
    }

    /// A tenant by its name: the name leads to the id, the id to the tenant.
    pub(super) async fn by_name(self: &Arc<Self>, name: Name) -> Result<Tenant, StoreError> {
        let mut is_asked = false;
        // A name that leads to a tenant that has not got it any more is asked for once more.
        for _ in 0..3 {
            let lasts = |led: Option<&Led>| if led.is_some() { self.kept } else { self.policy.absent };
            let slot = fresh(&self.names, &name, lasts);
            if slot.begin() {
                is_asked = true;
                self.ask_by_name(&name, &slot);
            }
            let answer = slot.answer().await;
            let led = match answer.what {
                Ok(Some(led)) => led,
                Ok(None) => break,
                Err(error) => {
                    self.names.invalidate(&name);
                    return Err(error);
                }
            };
            if name.is_domain() && led.is_used() && !self.is_known(&led.id) {
                // One question for both, as for a domain that nobody has.
                self.names.invalidate(&name);
                continue;
            }
            let (slot, is_ours) = self.slot(&led.id);
            if is_ours {
                // Together with the name, if nothing has changed since.
                let read = led.read().take();
                match read.filter(|_| self.is_current(&led.id, led.then, answer.asked)) {
                    Some(tenant) => slot.set(Answer { asked: answer.asked, what: Ok(Some(tenant)) }),
                    None => {
                        is_asked = true;
                        self.ask_by_id(&led.id, &slot);
                    }
                }
            }
            let of_id = self.answer_by_id(&led.id, &slot).await?;
            match of_id.what? {
                Some(tenant) if name.is_of(&tenant, answer.asked >= of_id.asked) => {
                    self.counters.count(is_asked);
                    return Ok(tenant);
                }
                _ => self.names.invalidate(&name),
            }
        }
        self.counters.count(is_asked);
        Err(name.not_found())
    }

    fn ask_by_name(self: &Arc<Self>, name: &Name, slot: &Arc<Slot<Led>>) {
        let (inner, name) = (Arc::clone(self), name.clone());
        slot.ask(async move {
            let then = inner.now();
            let answer = match &name {
                Name::Identifier(identifier) => inner.store.get_by_identifier(identifier).await,
                Name::Domain(domain) => inner.store.get_by_domain(domain).await,
            };
            Ok(found(answer)?.map(|tenant| Led::to(tenant, then)))
        });
    }

    /// Keeps a tenant that was read when the count was `then`.
    pub(super) fn keep(self: &Arc<Self>, tenant: Tenant, then: u64, asked: Instant) {
        let (slot, is_ours) = self.slot(tenant.id());
        if !is_ours {
            return;
        }
        if !self.is_current(tenant.id(), then, asked) {
            return self.ask_by_id(tenant.id(), &slot);
        }
        let name = Name::Identifier(tenant.identifier().clone());
        let led = Led::to(tenant.clone(), then);
        slot.set(Answer { asked, what: Ok(Some(tenant)) });
        let slot = fresh(&self.names, &name, |_: Option<&Led>| self.kept);
        if slot.begin() {
            slot.set(Answer { asked, what: Ok(Some(led)) });
        }
    }
}

/// The slot of a key: a new one where there is none, or an old one.
fn fresh<K, T>(
    cache: &Cache<K, Arc<Slot<T>>, RandomState>,
    key: &K,
    lasts: impl Fn(Option<&T>) -> Duration,
) -> Arc<Slot<T>>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    match cache.get(key) {
        Some(slot) if !slot.is_past(&lasts) => slot,
        _ => cache.entry_by_ref(key).or_insert_with_if(Slot::new, |slot| slot.is_past(&lasts)).into_value(),
    }
}

fn found(answer: Result<Tenant, StoreError>) -> Result<Option<Tenant>, StoreError> {
    match answer {
        Ok(tenant) => Ok(Some(tenant)),
        Err(StoreError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// See [`Inner::change`].
struct Forgets {
    inner: Arc<Inner>,
    names: Vec<Name>,
    ids: Vec<TenantId>,
}

impl Drop for Forgets {
    fn drop(&mut self) {
        for id in &self.ids {
            self.inner.forget(self.names.drain(..), id);
        }
    }
}
