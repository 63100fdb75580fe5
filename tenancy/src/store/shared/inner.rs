//! What is asked of Redis, and what of the store.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use moka::sync::Cache;
use redis::{FromRedisValue, Script, ScriptInvocation};

use super::policy::RedisPolicy;
use super::record;
use super::stats::{Counters, count};
use super::told::Told;
use crate::redis_link::{Link, LinkError};
use crate::store::{StoreError, TenantStore};
use crate::tenant::{Slug, Tenant, TenantId};

/// How long nothing that was read before a change may be written behind it.
const CHANGING: Duration = Duration::from_secs(20);
/// How long a tenant that nobody has looked for is to be asked for in the store, at least.
const PASSED_BY: Duration = Duration::from_secs(600);
/// Changes that Redis is still to be told of, at most; there are as many only where it is down for long.
const UNTOLD: u64 = 100_000;
/// After how long it is tried to tell them again.
const AGAIN: Duration = Duration::from_millis(250);
/// Tenants that one script forgets.
const FORGOTTEN_AT_ONCE: usize = 500;

/// What all clones of a store share.
pub(super) struct Inner {
    pub(super) store: Arc<dyn TenantStore>,
    pub(super) policy: RedisPolicy,
    /// An error where the policy's address is none.
    link: Result<Link, LinkError>,
    pub(super) counters: Counters,
    /// Tenants that the store is asked for, once; and which time this is.
    passed_by: Cache<TenantId, u64>,
    passes: AtomicU64,
    /// Tenants that the store is asked for until Redis was told of their change.
    untold: Cache<TenantId, ()>,
    is_telling: AtomicBool,
    keep: Script,
    forget: Script,
    find: Script,
}

/// What a tenant is looked for by.
#[derive(Clone, Copy)]
pub(super) enum Name<'a> {
    Id(&'a TenantId),
    Identifier(&'a Slug),
}

impl Name<'_> {
    fn is_of(self, tenant: &Tenant) -> bool {
        match self {
            Self::Id(id) => tenant.id() == id,
            // One that was renamed is still led to by its old name.
            Self::Identifier(identifier) => tenant.identifier() == identifier,
        }
    }
}

impl Inner {
    pub(super) fn new(store: Arc<dyn TenantStore>, policy: RedisPolicy) -> Self {
        // Then what Redis has of a tenant has gone by itself.
        let untold =
            Cache::builder().max_capacity(UNTOLD).time_to_live(policy.kept.min(super::policy::LONGEST));
        let passed_by = PASSED_BY.max(policy.kept).min(super::policy::LONGEST);
        Self {
            store,
            link: policy.link(),
            policy,
            counters: Counters::default(),
            passed_by: Cache::builder().time_to_live(passed_by).build(),
            passes: AtomicU64::new(0),
            untold: untold.build(),
            is_telling: AtomicBool::new(false),
            keep: Script::new(include_str!("keep.lua")),
            forget: Script::new(include_str!("forget.lua")),
            find: Script::new(include_str!("find.lua")),
        }
    }

    pub(super) async fn look_up(self: &Arc<Self>, name: Name<'_>) -> Result<Tenant, StoreError> {
        let found = match name {
            Name::Id(id) if self.is_passed_by(id) => Ok(None),
            name => self.find(name).await,
        };
        match found {
            Ok(Some(tenant)) if !self.is_passed_by(tenant.id()) => {
                count(&self.counters.hits);
                return Ok(tenant);
            }
            Ok(_) => count(&self.counters.misses),
            Err(error) => {
                count(&self.counters.failures);
                tracing::debug!(%error, "redis does not answer: the registry is asked");
            }
        }
        let (asked, passes) = (Instant::now(), self.passes.load(Ordering::Acquire));
        let tenant = match name {
            Name::Id(id) => self.store.get(id).await?,
            Name::Identifier(identifier) => self.store.get_by_identifier(identifier).await?,
        };
        // Nobody waits for what the next one will have of it.
        let (inner, kept) = (Arc::clone(self), tenant.clone());
        tokio::spawn(async move {
            if inner.fill(&kept, asked).await.is_ok() {
                inner.is_fresh(kept.id(), passes);
            }
        });
        Ok(tenant)
    }

    /// Has the next look-up of this tenant ask the store.
    pub(super) fn pass_redis_by(&self, id: &TenantId) {
        self.passed_by.insert(id.clone(), self.passes.fetch_add(1, Ordering::AcqRel) + 1);
    }

    fn is_passed_by(&self, id: &TenantId) -> bool {
        self.passed_by.contains_key(id) || self.untold.contains_key(id)
    }

    /// What was asked of the store when there had been so many passes is in Redis, or what is there is as new.
    fn is_fresh(&self, id: &TenantId, passes: u64) {
        if self.passed_by.get(id).is_some_and(|pass| pass <= passes) {
            self.passed_by.invalidate(id);
        }
    }

    fn link(&self) -> Result<&Link, LinkError> {
        self.link.as_ref().map_err(Clone::clone)
    }

    async fn ask<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Result<T, LinkError> {
        self.link()?.call(script).await
    }

    async fn find(&self, name: Name<'_>) -> Result<Option<Tenant>, LinkError> {
        let mut script = self.find.prepare_invoke();
        match name {
            Name::Id(id) => script.key(self.policy.tenant_key(id.as_str())).arg(""),
            Name::Identifier(identifier) => {
                script.key(self.policy.identifier_key(identifier.as_str())).arg(self.policy.tenant_key(""))
            }
        };
        let text: String = self.ask(&script).await?;
        if text.is_empty() {
            return Ok(None);
        }
        match record::read(&text) {
            Some(tenant) => Ok(Some(tenant).filter(|tenant| name.is_of(tenant))),
            None => Err(LinkError::unavailable("what Redis has of the tenant is none")),
        }
    }

    /// Keeps what was asked of the store then, unless it has become old meanwhile. Whether it is kept.
    pub(super) async fn fill(&self, tenant: &Tenant, asked: Instant) -> Result<bool, LinkError> {
        let age = asked.elapsed();
        // What keeps an old record out goes too: a newer one after `kept`, the mark of a change after `CHANGING`.
        if age >= CHANGING.min(self.policy.kept) / 2 {
            return Ok(false);
        }
        let Some(written) = record::written(tenant) else { return Ok(false) };
        self.ask(&self.keeping(tenant, &written, age, "")).await.map(|is_kept: i64| is_kept == 1)
    }

    /// Keeps what a change has made, and has all processes forget what they have.
    async fn keep(&self, tenant: &Tenant) -> Result<(), LinkError> {
        let written = record::written(tenant).unwrap_or_default();
        let script = self.keeping(tenant, &written, Duration::ZERO, &self.policy.channel());
        self.link()?.call_at_any_time(&script).await.map(|_: i64| ())
    }

    fn keeping(&self, tenant: &Tenant, written: &str, age: Duration, channel: &str) -> ScriptInvocation<'_> {
        let mut script = self.keep.prepare_invoke();
        script
            .key(self.policy.tenant_key(tenant.id().as_str()))
            .key(self.policy.identifier_key(tenant.identifier().as_str()))
            .arg(tenant.version())
            .arg(written)
            .arg(tenant.id().as_str())
            .arg(self.policy.kept_millis(age))
            .arg(channel);
        script
    }

    /// Forgets tenants in Redis, and has all processes forget them. Gives those of whom Redis could not be told, and why.
    pub(super) async fn forget(&self, ids: &[TenantId]) -> Result<(), (LinkError, Vec<TenantId>)> {
        let (mut failed, mut untold) = (None, Vec::new());
        for ids in ids.chunks(FORGOTTEN_AT_ONCE) {
            let mut script = self.forget.prepare_invoke();
            script.arg(self.policy.channel()).arg(CHANGING.as_millis() as u64);
            for id in ids {
                script.key(self.policy.tenant_key(id.as_str())).arg(id.as_str());
            }
            let told = match self.link() {
                Ok(link) => link.call_at_any_time::<i64>(&script).await.map(drop),
                Err(error) => Err(error),
            };
            if let Err(error) = told {
                failed = Some(error);
                untold.extend_from_slice(ids);
            }
        }
        failed.map_or(Ok(()), |error| Err((error, untold)))
    }

    /// Changes something and tells Redis: in a task, for what the store does is not undone when nobody waits for it any more.
    pub(super) async fn change<T: Send + 'static>(
        self: &Arc<Self>,
        ids: Vec<TenantId>,
        change: impl Future<Output = Result<T, StoreError>> + Send + 'static,
        changed: impl FnOnce(&T, Vec<TenantId>) -> Told + Send + 'static,
    ) -> Result<T, StoreError> {
        let inner = Arc::clone(self);
        let done = tokio::spawn(async move {
            let result = change.await;
            let told = match &result {
                Ok(done) => changed(done, ids),
                Err(error) => Told::of_failure(error, ids),
            };
            inner.tell(told).await;
            result
        });
        done.await.unwrap_or_else(|lost| Err(StoreError::unavailable(lost)))
    }

    async fn tell(self: &Arc<Self>, told: Told) {
        let failed = match told {
            Told::Nothing => return,
            Told::Here(ids) => return ids.iter().for_each(|id| self.pass_redis_by(id)),
            Told::Now(tenant) => self.keep(&tenant).await.map_err(|error| (error, vec![tenant.id().clone()])),
            Told::Changed(ids) => self.forget(&ids).await,
        };
        let Err((error, ids)) = failed else { return };
        tracing::warn!(%error, "redis could not be told of a change: other processes may see it late");
        for id in ids {
            count(&self.counters.untold);
            self.untold.insert(id, ());
        }
        self.tell_again();
    }

    /// Tells Redis of what it could not be told of, in a task that ends when it has been or when the store is gone.
    fn tell_again(self: &Arc<Self>) {
        if self.is_telling.swap(true, Ordering::AcqRel) {
            return;
        }
        let inner = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(AGAIN).await;
                let Some(inner) = inner.upgrade() else { return };
                let ids: Vec<TenantId> = inner.untold.iter().map(|(id, ())| TenantId::clone(&id)).collect();
                let untold = inner.forget(&ids).await.err().map(|(_, untold)| untold).unwrap_or_default();
                ids.iter().filter(|id| !untold.contains(id)).for_each(|id| inner.untold.invalidate(id));
                if untold.is_empty() {
                    inner.is_telling.store(false, Ordering::Release);
                    // Somebody may have come in between.
                    if inner.untold.iter().next().is_none() || inner.is_telling.swap(true, Ordering::AcqRel) {
                        return;
                    }
                }
            }
        });
    }
}
