//! `Tenancy::builder(…)`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::check;
use super::error::ConfigError;
use super::inspect::inspect_at_start;
use super::supported::Supported;
use crate::audit::AuditLog;
use crate::context::Application;
use crate::db::{DatabaseUrl, Pool, PoolOptions, Pools, PoolsLimits, ShareLimits};
use crate::error::TenancyError;
use crate::isolation::Layout;
use crate::isolation::inspect::Inspect;
use crate::migrate::{InTurn, Migrations, Sources};
use crate::query::TableInfo;
use crate::resolve::{HeaderResolver, TenantResolver};
#[cfg(feature = "seal")]
use crate::seal::{SealedStore, Sealing};
#[cfg(feature = "cache")]
use crate::store::CachePolicy;
#[cfg(feature = "redis")]
use crate::store::{RedisPolicy, RedisStore};
use crate::store::{Registry, TenantStore};
use crate::tenancy::{Parts, Tenancy};
use crate::tenant::Isolation;

/// Connections to each database, unless the application says otherwise.
const POOL_SIZE: u32 = 10;
/// How long a request waits for a connection, unless the application says otherwise.
const POOL_WAIT: Duration = Duration::from_secs(5);
/// Pools for tenants with a database of their own, unless the application says otherwise.
const TENANT_POOLS: usize = 64;
/// Connections to tenants' own databases, beside those of the application's two pools, unless the application says
/// otherwise. With pools of the default size it is 80 in all, where PostgreSQL lets 97 in.
const TENANT_DATABASES: u32 = 60;
/// Requests of one tenant that wait for a connection, unless the application says otherwise.
const TENANT_WAITING: usize = 100;
/// How often the registry is asked whether a tenant is still served, unless the application says otherwise: a tenant
/// that another process suspends is to be gone within a second.
const STATUS_CHECK: Duration = Duration::from_millis(500);

/// Puts an application's tenancy together. Made by [`Tenancy::builder`].
#[must_use = "call `build` to start"]
pub struct TenancyBuilder<B: Supported> {
    pub(super) url: String,
    pub(super) admin_url: Option<String>,
    pub(super) isolation: Isolation,
    pub(super) tenant_databases: Option<String>,
    pub(super) tables: Vec<TableInfo>,
    pub(super) pool_size: u32,
    pub(super) pool_wait: Duration,
    pub(super) max_tenant_pools: usize,
    pub(super) max_connections: Option<u32>,
    pub(super) tenant_connections: Option<u32>,
    pub(super) tenant_waiting: usize,
    pub(super) tiers: Vec<(String, Isolation)>,
    pub(super) inspect: Option<Inspect>,
    pub(super) transaction_pooler: bool,
    accepted: Vec<(String, String)>,
    migrations: Option<Arc<dyn Migrations<B>>>,
    shared_migrations: Option<Arc<dyn Migrations<B>>>,
    store: Option<Arc<dyn TenantStore>>,
    #[cfg(feature = "cache")]
    pub(super) cache: Option<CachePolicy>,
    #[cfg(feature = "redis")]
    pub(super) redis: Option<RedisPolicy>,
    #[cfg(feature = "seal")]
    pub(super) sealing: Option<Sealing>,
    pub(super) resolver: Arc<dyn TenantResolver>,
    pub(super) status_check: Duration,
    audit: AuditLog,
}

impl<B: Supported> TenancyBuilder<B> {
    pub(crate) fn new(url: String) -> Self {
        Self {
            url,
            admin_url: None,
            isolation: Isolation::Column,
            tenant_databases: None,
            tables: Vec::new(),
            pool_size: POOL_SIZE,
            pool_wait: POOL_WAIT,
            max_tenant_pools: TENANT_POOLS,
            max_connections: None,
            tenant_connections: None,
            tenant_waiting: TENANT_WAITING,
            tiers: Vec::new(),
            inspect: None,
            transaction_pooler: false,
            accepted: Vec::new(),
            migrations: None,
            shared_migrations: None,
            store: None,
            #[cfg(feature = "cache")]
            cache: None,
            #[cfg(feature = "redis")]
            redis: None,
            #[cfg(feature = "seal")]
            sealing: None,
            resolver: Arc::new(HeaderResolver::default()),
            status_check: STATUS_CHECK,
            audit: AuditLog::none(),
        }
    }

    /// How tenants without an isolation of their own are kept apart. Default: [`Isolation::Column`], which is
    /// [`Isolation::Rls`] where a tier is under that: policies hold every tenant of the tables they are on.
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = isolation;
        self
    }

    /// How tenants of a tier are kept apart: those that are registered with
    /// [`NewTenant::tier`](crate::NewTenant::tier) and bring no isolation of their own. It is written to the tenant's
    /// record when it is registered, so that neither another setting here nor another tier moves anybody.
    pub fn tier(mut self, name: impl Into<String>, isolation: Isolation) -> Self {
        self.tiers.push((name.into(), isolation));
        self
    }

    /// The same database with administrative rights: for the registry, migrations, making and dropping
    /// tenants' places, and `across_tenants`. Under `rls` the application's own role can do none of these.
    /// Default: the application's address.
    pub fn admin_url(mut self, url: impl Into<String>) -> Self {
        self.admin_url = Some(url.into());
        self
    }

    /// Where tenants' own databases are, for `database` isolation. On SQLite a directory, one file per
    /// tenant. On PostgreSQL and MySQL the databases' name with `{tenant}` in it, on the application's server; by default
    /// `t_{tenant}`.
    pub fn tenant_databases(mut self, place: impl Into<String>) -> Self {
        self.tenant_databases = Some(place.into());
        self
    }

    /// The migrations of tenants' tables: `embed_migrations!` or `FileBasedMigrations`.
    pub fn migrations(mut self, migrations: impl Migrations<B>) -> Self {
        self.migrations = Some(Arc::new(migrations));
        self
    }

    /// Migrations of the tables that tenants share, and of no tenant's own place: policies, and the grants of the
    /// application's role. They run behind those of [`migrations`](Self::migrations).
    pub fn shared_migrations(mut self, migrations: impl Migrations<B>) -> Self {
        self.shared_migrations = Some(Arc::new(migrations));
        self
    }

    /// The scoped tables, as [`tables!`](crate::tables) or the module's `TENANT_TABLES` lists them. Needed
    /// to remove a tenant under `column` and `rls` isolation.
    pub fn tables(mut self, tables: &[TableInfo]) -> Self {
        self.tables.extend_from_slice(tables);
        self
    }

    /// Where tenants are registered. Default: a table in the application's database, made at start.
    pub fn store(mut self, store: impl TenantStore) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Keeps tenants in this process's memory when they have been read from the registry. Default: each request reads
    /// its tenant. [`Tenancy::cache`] has what is kept.
    #[cfg(feature = "cache")]
    pub fn cache(mut self, policy: CachePolicy) -> Self {
        self.cache = Some(policy);
        self
    }

    /// Keeps tenants in a Redis too, for all processes of the application, which hear from it what another has changed: within
    /// milliseconds, and within [`CachePolicy::kept`] when Redis does not answer. Default: each process keeps its own.
    ///
    /// It brings a [`cache`](Self::cache) with the default policy, unless there is one.
    #[cfg(feature = "redis")]
    pub fn redis(mut self, policy: RedisPolicy) -> Self {
        self.redis = Some(policy);
        self
    }

    /// Seals tenants' secrets before they go to the registry, and opens them when they come from there; a
    /// [`cache`](Self::cache) keeps them opened, in this process's memory. Default: they are in the registry as they are.
    /// [`Tenancy::sealed`] rotates the keys.
    #[cfg(feature = "seal")]
    pub fn seal(mut self, sealing: Sealing) -> Self {
        self.sealing = Some(sealing);
        self
    }

    /// How a request names its tenant. Default: the header `X-Tenant-ID`.
    pub fn resolver(mut self, resolver: impl TenantResolver) -> Self {
        self.resolver = Arc::new(resolver);
        self
    }

    /// How often the registry is asked whether a tenant with a WebSocket or another endless answer is still served: one
    /// query for each such tenant and process. What this process changes through `Tenancy`, it
    /// knows at once. Default: twice a second.
    pub fn status_check(mut self, every: Duration) -> Self {
        self.status_check = every;
        self
    }

    /// The audit log. The verbs of tenants' lives and `across_tenants` write to it by themselves, handlers take an
    /// [`AuditLog`], and [`Tenancy::audit`] gives it. An application does not start with a log that cannot be read.
    /// Default: none.
    pub fn audit(mut self, log: AuditLog) -> Self {
        self.audit = log;
        self
    }

    /// Connections to each database. Default: 10.
    pub fn pool_size(mut self, connections: u32) -> Self {
        self.pool_size = connections;
        self
    }

    /// How long a request waits for a connection before it fails. Default: 5 seconds.
    pub fn pool_wait(mut self, wait: Duration) -> Self {
        self.pool_wait = wait;
        self
    }

    /// How many tenants' own databases have a pool at a time; the one unused for longest is closed for the
    /// next, one in use never. Default: 64.
    pub fn max_tenant_pools(mut self, pools: usize) -> Self {
        self.max_tenant_pools = pools;
        self
    }

    /// How many connections the application holds at a time: its own two pools of `pool_size` each, and what is left
    /// for tenants' own databases, over all their pools. A tenant whose database is asked for when none is left has one
    /// closed that nobody uses, or waits for the next that comes back. Default: 60 for tenants' databases.
    ///
    /// What migrations and the making of a tenant's place open while they run comes on top, one connection for each.
    pub fn max_connections(mut self, connections: u32) -> Self {
        self.max_connections = Some(connections);
        self
    }

    /// How many connections one tenant may have in use at a time; its next request waits for one of them, for
    /// `pool_wait` at most, and leaves the others' alone. Default: three quarters of `pool_size`.
    pub fn tenant_connections(mut self, connections: u32) -> Self {
        self.tenant_connections = Some(connections);
        self
    }

    /// How many requests of one tenant may wait for a connection of its share; the next is refused at once, with 503
    /// and `Retry-After`. Default: 100.
    pub fn tenant_waiting(mut self, requests: usize) -> Self {
        self.tenant_waiting = requests;
        self
    }

    /// What is left for tenants' own databases.
    pub(super) fn tenant_database_connections(&self) -> u32 {
        let own = self.pool_size.saturating_mul(2);
        self.max_connections.map_or(TENANT_DATABASES, |all| all.saturating_sub(own))
    }

    fn share(&self) -> ShareLimits {
        let connections = self.tenant_connections.unwrap_or(self.pool_size - self.pool_size / 4);
        ShareLimits { connections: connections as usize, waiting: self.tenant_waiting, wait: self.pool_wait }
    }

    /// What becomes of gaps in the database's walls, looked for when the application starts and after migrations of
    /// shared tables. On PostgreSQL alone. Default: [`Inspect::Strict`] where the application's isolation is `rls`, or
    /// a tier's, [`Inspect::Warn`] elsewhere.
    pub fn inspect(mut self, inspect: Inspect) -> Self {
        self.inspect = Some(inspect);
        self
    }

    /// Takes a finding, by its code and object, for known and meant.
    pub fn accept_finding(mut self, code: impl Into<String>, object: impl Into<String>) -> Self {
        self.accepted.push((code.into(), object.into()));
        self
    }

    /// Checks everything, connects once, and brings the registry's table up to date.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] with every problem of the settings, or with every database that cannot be used;
    /// `Migrate` if the registry's own migrations fail.
    pub async fn build(self) -> Result<Tenancy<B>, TenancyError> {
        ConfigError::of(check::settings(&self))?;
        let shared = DatabaseUrl::new("the application's database", &*self.url);
        let admin = match &self.admin_url {
            Some(url) => DatabaseUrl::new("the administrative database", &**url),
            None => shared.clone(),
        };
        let is_told = |isolation: Isolation| matches!(isolation, Isolation::Rls | Isolation::Schema);
        let isolations = self.tiers.iter().map(|(_, isolation)| *isolation).chain([self.isolation]);
        let shared = shared.pooled(self.transaction_pooler).told(isolations.into_iter().any(is_told));
        let options = PoolOptions { size: self.pool_size, wait: self.pool_wait };
        let pools = Pools::new(
            Pool::new(shared.clone(), options),
            Pool::new(admin.clone(), options),
            options,
            PoolsLimits {
                pools: self.max_tenant_pools,
                connections: self.tenant_database_connections() as usize,
                share: self.share(),
            },
        );
        let roles = check::connections(&self, &pools, [&shared, &admin]).await?;
        let has_policies = self.tiers.iter().any(|(_, isolation)| *isolation == Isolation::Rls);
        let walled = if has_policies { Isolation::Rls } else { self.isolation };
        let layout = Layout {
            application: Application::new(),
            isolation: self.isolation,
            tiers: self.tiers,
            shared,
            admin,
            databases: B::databases(self.tenant_databases),
            tables: self.tables,
            inspect: self.inspect.unwrap_or(B::inspect_by_default(walled)),
            accepted: self.accepted,
            roles,
        };
        check::check_tables(&layout, &pools).await?;
        let migrations = Sources::new(self.migrations, self.shared_migrations);
        inspect_at_start(&layout, migrations.as_ref()).await?;
        let store = match self.store {
            Some(store) => store,
            None => {
                let own: InTurn<B> = InTurn::one(B::registry_migrations());
                crate::migrate::run(layout.shared_place(), own).await?;
                B::registry(pools.admin().clone())
            }
        };
        #[cfg(feature = "redis")]
        let redis = self.redis.map(|policy| RedisStore::over(Arc::clone(&store), policy));
        #[cfg(feature = "redis")]
        let (store, cache) = match &redis {
            Some(redis) => {
                (Arc::new(redis.clone()) as Arc<dyn TenantStore>, self.cache.or(Some(CachePolicy::default())))
            }
            None => (store, self.cache),
        };
        #[cfg(all(feature = "cache", not(feature = "redis")))]
        let cache = self.cache;
        #[cfg(feature = "seal")]
        let sealed = self.sealing.map(|sealing| SealedStore::over(Arc::clone(&store), sealing));
        #[cfg(feature = "seal")]
        let store = match &sealed {
            Some(sealed) => Arc::new(sealed.clone()),
            None => store,
        };
        let registry = Registry::new(store);
        #[cfg(feature = "cache")]
        let registry = match cache {
            Some(policy) => registry.cached(policy),
            None => registry,
        };
        #[cfg(feature = "redis")]
        let registry = match redis {
            Some(redis) => registry.following(redis),
            None => registry,
        };
        let audit = self.audit.of(layout.application);
        audit.check().await?;
        Ok(Tenancy::new(Parts {
            layout,
            pools,
            registry,
            #[cfg(feature = "seal")]
            sealed,
            status_check: self.status_check,
            resolver: self.resolver,
            migrations,
            audit,
        }))
    }
}

// The addresses hold passwords.
impl<B: Supported> fmt::Debug for TenancyBuilder<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenancyBuilder")
            .field("backend", &B::NAME)
            .field("isolation", &self.isolation)
            .finish_non_exhaustive()
    }
}
