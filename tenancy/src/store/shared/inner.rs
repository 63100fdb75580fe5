//! What is asked of Redis, and what of the store.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::sync::Cache;
use redis::{FromRedisValue, Script, ScriptInvocation};

use super::policy::RedisPolicy;
use super::record;
use super::stats::{Counters, count};
use crate::redis_link::{Link, LinkError};
use crate::store::{StoreError, TenantStore};
use crate::tenant::{Slug, Tenant, TenantId};

/// How long nothing that was read before a change may be written behind it.
const CHANGING: Duration = Duration::from_secs(20);
/// How long a tenant that nobody has looked for is to be asked for in the store. Then it is no longer in Redis as it was.
const PASSED_BY: Duration = Duration::from_secs(600);
/// Tenants that one script forgets.
const FORGOTTEN_AT_ONCE: usize = 500;

/// What all clones of a store share.
pub(super) struct Inner {
    pub(super) store: Arc<dyn TenantStore>,
    pub(super) policy: RedisPolicy,
    /// An error where the policy's address is none.
    link: Result<Link, LinkError>,
    pub(super) counters: Counters,
    /// Tenants that the store is asked for, once.
    passed_by: Cache<TenantId, ()>,
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
        Self {
            store,
            link: policy.link(),
            policy,
            counters: Counters::default(),
            passed_by: Cache::builder().time_to_live(PASSED_BY).build(),
            keep: Script::new(include_str!("keep.lua")),
            forget: Script::new(include_str!("forget.lua")),
            find: Script::new(include_str!("find.lua")),
        }
    }

    pub(super) async fn look_up(self: &Arc<Self>, name: Name<'_>) -> Result<Tenant, StoreError> {
        let found = match name {
            Name::Id(id) if self.passed_by.remove(id).is_some() => Ok(None),
            name => self.find(name).await,
        };
        match found {
            Ok(Some(tenant)) if self.passed_by.remove(tenant.id()).is_none() => {
                count(&self.counters.hits);
                return Ok(tenant);
            }
            Ok(_) => count(&self.counters.misses),
            Err(error) => self.has_failed(&error),
        }
        let asked = Instant::now();
        let tenant = match name {
            Name::Id(id) => self.store.get(id).await?,
            Name::Identifier(identifier) => self.store.get_by_identifier(identifier).await?,
        };
        // Nobody waits for what the next one will have of it.
        let (inner, kept) = (Arc::clone(self), tenant.clone());
        tokio::spawn(async move {
            if asked.elapsed() < CHANGING / 2 {
                let _ = inner.fill(&kept).await;
            }
        });
        Ok(tenant)
    }

    async fn call<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Result<T, LinkError> {
        self.link.as_ref().map_err(Clone::clone)?.call(script).await
    }

    fn has_failed(&self, error: &LinkError) {
        count(&self.counters.failures);
        tracing::debug!(%error, "redis does not answer: the registry is asked");
    }

    async fn find(&self, name: Name<'_>) -> Result<Option<Tenant>, LinkError> {
        let mut script = self.find.prepare_invoke();
        match name {
            Name::Id(id) => script.key(self.policy.tenant_key(id.as_str())).arg(""),
            Name::Identifier(identifier) => {
                script.key(self.policy.identifier_key(identifier.as_str())).arg(self.policy.tenant_key(""))
            }
        };
        let text: String = self.call(&script).await?;
        if text.is_empty() {
            return Ok(None);
        }
        match record::read(&text) {
            Some(tenant) => Ok(Some(tenant).filter(|tenant| name.is_of(tenant))),
            None => Err(LinkError::unavailable("what Redis has of the tenant is none")),
        }
    }

    /// Keeps what was read, unless it has become old meanwhile. Whether it is kept.
    pub(super) async fn fill(&self, tenant: &Tenant) -> Result<bool, LinkError> {
        self.keep(tenant, "").await
    }

    async fn keep(&self, tenant: &Tenant, channel: &str) -> Result<bool, LinkError> {
        let written = record::written(tenant);
        if written.is_none() && channel.is_empty() {
            return Ok(false);
        }
        let mut script = self.keep.prepare_invoke();
        script
            .key(self.policy.tenant_key(tenant.id().as_str()))
            .key(self.policy.identifier_key(tenant.identifier().as_str()))
            .arg(tenant.version())
            .arg(written.unwrap_or_default())
            .arg(tenant.id().as_str())
            .arg(self.policy.kept_millis())
            .arg(channel);
        let is_kept: i64 = self.call(&script).await?;
        Ok(is_kept == 1)
    }

    /// Forgets tenants here, and has all processes forget them.
    pub(super) async fn forget(&self, ids: &[TenantId]) -> Result<(), LinkError> {
        for ids in ids.chunks(FORGOTTEN_AT_ONCE) {
            let mut script = self.forget.prepare_invoke();
            script.arg(self.policy.channel()).arg(CHANGING.as_millis() as u64);
            for id in ids {
                script.key(self.policy.tenant_key(id.as_str())).arg(id.as_str());
            }
            let _: i64 = self.call(&script).await?;
        }
        Ok(())
    }

    /// Has the next look-up of this tenant ask the store.
    pub(super) fn pass_redis_by(&self, id: &TenantId) {
        self.passed_by.insert(id.clone(), ());
    }

    fn told<T>(&self, told: Result<T, LinkError>) {
        if let Err(error) = told {
            count(&self.counters.untold);
            tracing::warn!(%error, "redis could not be told of a change: other processes may see it late");
        }
    }

    pub(super) async fn change_one(
        self: &Arc<Self>,
        id: TenantId,
        change: impl Future<Output = Result<Tenant, StoreError>> + Send + 'static,
    ) -> Result<Tenant, StoreError> {
        self.change(vec![id], change, |tenant| vec![tenant.clone()]).await
    }

    /// Changes something and tells Redis: in a task, for what the store does is not undone when nobody waits for it any more.
    pub(super) async fn change<T: Send + 'static>(
        self: &Arc<Self>,
        ids: Vec<TenantId>,
        change: impl Future<Output = Result<T, StoreError>> + Send + 'static,
        changed: impl FnOnce(&T) -> Vec<Tenant> + Send + 'static,
    ) -> Result<T, StoreError> {
        let inner = Arc::clone(self);
        let done = tokio::spawn(async move {
            let result = change.await;
            let now = result.as_ref().map(changed).unwrap_or_default();
            // Whoever failed may have done it all the same, and who gives no tenants has changed something else of them.
            let others: Vec<TenantId> =
                ids.into_iter().filter(|id| !now.iter().any(|tenant| tenant.id() == id)).collect();
            let channel = inner.policy.channel();
            for tenant in &now {
                inner.told(inner.keep(tenant, &channel).await);
            }
            inner.told(inner.forget(&others).await);
            result
        });
        done.await.unwrap_or_else(|lost| Err(StoreError::unavailable(lost)))
    }
}
