//! The handle an application holds.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::audit::{self, AuditLog};
use crate::config::{Supported, TenancyBuilder};
use crate::context::{CapturedTenant, Current, ScopeError, TenantContext};
use crate::db::{Backend, DefaultBackend, Pools, TenantDb};
use crate::error::TenancyError;
use crate::isolation::inspect::Report;
use crate::isolation::{IsolationError, Layout};
use crate::lifecycle::StatusWatch;
#[cfg(feature = "limit")]
use crate::limit::Quotas;
use crate::migrate::Sources;
use crate::resolve::{Link, RequestHead, Resolution, ResolveError, Resolved, TenantName, TenantResolver};
#[cfg(feature = "seal")]
use crate::seal::SealedStore;
#[cfg(feature = "cache")]
use crate::store::CachedStore;
#[cfg(feature = "redis")]
use crate::store::RedisStore;
use crate::store::{Registry, StoreError, TenantStore};
use crate::tenant::{Domain, Isolation, Slug, Tenant, TenantStatus};

/// An application's tenancy: its databases, its registry of tenants, its way of telling them apart.
///
/// Cloning it copies one pointer. Where several backends are compiled in, the backend is written
/// out: `tenancy::postgres::Tenancy`, `tenancy::sqlite::Tenancy`, `tenancy::mysql::Tenancy`.
pub struct Tenancy<B: Backend = DefaultBackend> {
    inner: Arc<Inner<B>>,
}

struct Inner<B: Backend> {
    layout: Layout,
    pools: Pools<B>,
    registry: Registry,
    #[cfg(feature = "seal")]
    sealed: Option<SealedStore>,
    watch: Arc<StatusWatch>,
    resolver: Arc<dyn TenantResolver>,
    migrations: Option<Sources<B>>,
    audit: AuditLog,
}

/// What the builder puts together.
pub(crate) struct Parts<B: Backend> {
    pub(crate) layout: Layout,
    pub(crate) pools: Pools<B>,
    pub(crate) registry: Registry,
    /// What stands in the registry before its store.
    #[cfg(feature = "seal")]
    pub(crate) sealed: Option<SealedStore>,
    pub(crate) status_check: Duration,
    pub(crate) resolver: Arc<dyn TenantResolver>,
    pub(crate) migrations: Option<Sources<B>>,
    pub(crate) audit: AuditLog,
}

impl<B: Supported> Tenancy<B> {
    /// Begins with the address of the application's database, as the role the application works with.
    pub fn builder(url: impl Into<String>) -> TenancyBuilder<B> {
        TenancyBuilder::new(url.into())
    }

    pub(crate) fn new(parts: Parts<B>) -> Self {
        let watch = StatusWatch::new(Arc::clone(parts.registry.store()), parts.status_check);
        Self {
            inner: Arc::new(Inner {
                layout: parts.layout,
                pools: parts.pools,
                registry: parts.registry,
                #[cfg(feature = "seal")]
                sealed: parts.sealed,
                watch: Arc::new(watch),
                resolver: parts.resolver,
                migrations: parts.migrations,
                audit: parts.audit,
            }),
        }
    }

    /// The context of a tenant, with its isolation: enter it with [`TenantContext::scope`].
    pub fn context(&self, tenant: &Tenant) -> TenantContext {
        self.inner.layout.context(tenant)
    }

    /// The context of a tenant that [`TenantContext::capture`] has noted, as the registry has the tenant now: its
    /// isolation may be another by this time, and it may be served no more.
    ///
    /// Cost: one query of the registry.
    ///
    /// # Errors
    ///
    /// As [`tenant`](Self::tenant).
    pub async fn restore(&self, captured: &CapturedTenant) -> Result<TenantContext, TenancyError> {
        // What is kept in memory may be of before the job was captured.
        self.inner.registry.store().forget(captured.id());
        let tenant =
            of_status(self.inner.registry.store().get(captured.id()).await, &[TenantStatus::Active])?;
        Ok(self.context(&tenant))
    }

    /// A handle for the tenant in context.
    ///
    /// Takes a connection from a pool, and sends nothing unless the pool has to open a new one. Inside
    /// `across_tenants` the handle is of the administrative pool. A tenant that has its share of the connections in
    /// use waits for one of its own ([`tenant_connections`](crate::TenancyBuilder::tenant_connections)).
    ///
    /// # Errors
    ///
    /// `Scope` outside every scope, `Isolation` if the tenant's isolation cannot be had here, and
    /// `Connection`.
    pub async fn db(&self) -> Result<TenantDb<B>, TenancyError> {
        let Some(current) = Current::get() else {
            return Err(ScopeError::NoTenant { what: "`Tenancy::db`".into() }.into());
        };
        let pools = &self.inner.pools;
        let (session, seat) = match &current {
            Current::Across(reason) => {
                let pool = self.across_pool()?;
                audit::across(self.audit(), self.inner.layout.application, reason).await?;
                (pool.get().await?, None)
            }
            Current::Tenant(context) if context.application() != self.inner.layout.application => {
                return Err(ScopeError::OtherApplication { scope: current.describe() }.into());
            }
            Current::Tenant(context) => {
                self.inner.layout.supports::<B>(context)?;
                let seat = pools.shares().take(context.tenant().id()).await?;
                let session = match context.isolation() {
                    Isolation::Column | Isolation::Rls | Isolation::Schema => pools.shared().get().await?,
                    Isolation::Database => self.tenant_pool(context)?.get().await?,
                };
                (session, Some(seat))
            }
        };
        Ok(TenantDb::new(session, current, seat))
    }

    fn tenant_pool(&self, context: &TenantContext) -> Result<crate::db::Pool<B>, TenancyError> {
        let url = || self.inner.layout.database::<B>(context);
        Ok(self.inner.pools.of_tenant(context.tenant(), url)?)
    }

    /// Tenants with a place of their own cannot be read together.
    fn across_pool(&self) -> Result<&crate::db::Pool<B>, TenancyError> {
        match self.inner.layout.isolation {
            Isolation::Column | Isolation::Rls => Ok(self.inner.pools.admin()),
            isolation @ (Isolation::Schema | Isolation::Database) => Err(IsolationError::Unsupported {
                backend: B::NAME,
                isolation,
                instead: "`across_tenants` reads tables that tenants share; go through the tenants one at a time",
            }
            .into()),
        }
    }

    /// The active tenant with this identifier.
    ///
    /// # Errors
    ///
    /// `Resolve` if there is none, or it is not active; `Store` if the registry cannot be asked.
    pub async fn tenant(&self, identifier: &Slug) -> Result<Tenant, TenancyError> {
        of_status(self.inner.registry.store().get_by_identifier(identifier).await, &[TenantStatus::Active])
    }

    /// The active tenant whose host name this is.
    ///
    /// # Errors
    ///
    /// As [`tenant`](Self::tenant).
    pub async fn tenant_of_domain(&self, domain: &Domain) -> Result<Tenant, TenancyError> {
        of_status(self.inner.registry.store().get_by_domain(domain).await, &[TenantStatus::Active])
    }

    /// The active tenant a request names.
    ///
    /// Cost: one query of the registry, and one more for each other name that the request has to agree with.
    ///
    /// # Errors
    ///
    /// `Resolve` if the request leads to no tenant that can be served; `Store` if the registry cannot be
    /// asked.
    pub async fn resolve(&self, request: &RequestHead<'_>) -> Result<Resolved, TenancyError> {
        self.resolve_with(&*self.inner.resolver, &[TenantStatus::Active], request).await
    }

    /// [`resolve`](Self::resolve) by another resolver than the application's, for tenants of these statuses.
    pub(crate) async fn resolve_with(
        &self,
        resolver: &dyn TenantResolver,
        admitted: &[TenantStatus],
        request: &RequestHead<'_>,
    ) -> Result<Resolved, TenancyError> {
        let found = match resolver.resolve(request).await {
            Resolution::Found(found) => found,
            Resolution::Nothing => return Err(ResolveError::Nothing.into()),
            Resolution::Refused(refusal) => return Err(ResolveError::Refused(refusal).into()),
        };
        let tenant = self.named(found.name(), admitted).await?;
        for other in found.also() {
            if self.named(other, admitted).await?.id() != tenant.id() {
                return Err(ResolveError::Conflict { source_names: found.source().to_owned() }.into());
            }
        }
        Ok(Resolved::new(tenant, found))
    }

    /// Where a link to a tenant leads, as the application's resolver names tenants: an absolute path, or a whole URL.
    /// It is the link's own path where no link can name a tenant.
    pub fn link_to(&self, link: &Link<'_>) -> String {
        self.inner.resolver.link_to(link).unwrap_or_else(|| link.path().to_owned())
    }

    async fn named(&self, name: &TenantName, admitted: &[TenantStatus]) -> Result<Tenant, TenancyError> {
        let found = match name {
            TenantName::Identifier(identifier) => {
                self.inner.registry.store().get_by_identifier(identifier).await
            }
            TenantName::Domain(domain) => self.inner.registry.store().get_by_domain(domain).await,
        };
        of_status(found, admitted)
    }

    /// Asks the registry what it is asked for a tenant that does not exist, and that it has not been asked for yet.
    #[cfg(feature = "actix")]
    pub(crate) async fn ask_for_nobody(&self) {
        let nobody = format!("nobody-{}", uuid::Uuid::now_v7().simple());
        if let Ok(nobody) = Slug::try_from(&*nobody) {
            drop(self.inner.registry.store().get_by_identifier(&nobody).await);
        }
    }

    #[cfg(feature = "actix")]
    pub(crate) fn resolver(&self) -> &Arc<dyn TenantResolver> {
        &self.inner.resolver
    }

    /// Looks for gaps in the walls of the database that tenants share, on PostgreSQL: see
    /// [`Inspection`](crate::inspect).
    ///
    /// Cost: a connection of its own and about a dozen queries.
    ///
    /// # Errors
    ///
    /// `Isolation` if it cannot look, as on SQLite and MySQL, which have nothing to look at.
    pub async fn inspect(&self) -> Result<Report, TenancyError> {
        Ok(B::inspect(&self.inner.layout).await?)
    }

    /// The audit log that was given to the builder. Where none was, whatever is written to it is an error.
    pub fn audit(&self) -> &AuditLog {
        &self.inner.audit
    }

    /// The registry of tenants.
    pub fn store(&self) -> &dyn TenantStore {
        &**self.inner.registry.store()
    }

    /// What is kept of the registry in memory, if the builder was told to [`cache`](crate::TenancyBuilder::cache).
    #[cfg(feature = "cache")]
    pub fn cache(&self) -> Option<&CachedStore> {
        self.inner.registry.cache()
    }

    /// What is kept of the registry in a Redis, if the builder was told to [`redis`](crate::TenancyBuilder::redis).
    #[cfg(feature = "redis")]
    pub fn redis(&self) -> Option<&RedisStore> {
        self.inner.registry.redis()
    }

    /// Tenants' counters in the registry's database. Where the registry is a
    /// [store](crate::TenancyBuilder::store) of the application's own there is no table for them:
    /// [`Quotas::new`](crate::limit::Quotas::new) takes another store.
    #[cfg(feature = "limit")]
    pub fn quotas(&self) -> Quotas {
        Quotas::over(B::quotas(self.inner.pools.admin().clone()))
    }

    /// The registry as it seals tenants' secrets, if the builder was told to [`seal`](crate::TenancyBuilder::seal): it
    /// rotates the keys.
    #[cfg(feature = "seal")]
    pub fn sealed(&self) -> Option<&SealedStore> {
        self.inner.sealed.as_ref()
    }

    pub(crate) fn watch(&self) -> &Arc<StatusWatch> {
        &self.inner.watch
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.inner.layout
    }

    pub(crate) fn pools(&self) -> &Pools<B> {
        &self.inner.pools
    }

    pub(crate) fn migrations(&self) -> Option<&Sources<B>> {
        self.inner.migrations.as_ref()
    }
}

/// What the registry knows, if it may be served.
fn of_status(found: Result<Tenant, StoreError>, admitted: &[TenantStatus]) -> Result<Tenant, TenancyError> {
    match found {
        Ok(tenant) if admitted.contains(&tenant.status()) => Ok(tenant),
        Ok(tenant) => Err(ResolveError::NotActive { status: tenant.status() }.into()),
        Err(StoreError::NotFound { .. }) => Err(ResolveError::Unknown.into()),
        Err(error) => Err(error.into()),
    }
}

impl<B: Backend> Clone for Tenancy<B> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<B: Backend> fmt::Debug for Tenancy<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tenancy")
            .field("backend", &B::NAME)
            .field("isolation", &self.inner.layout.isolation)
            .field("pools", &self.inner.pools)
            .finish_non_exhaustive()
    }
}
