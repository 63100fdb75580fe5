//! The pools of an application: one for what tenants share, one for administration, and a bounded set of
//! pools for tenants with a database of their own.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use secrecy::{ExposeSecret, SecretString};

use super::backend::Backend;
use super::bound::Bound;
use super::pool::{Pool, PoolOptions, Shared};
use super::share::{ShareLimits, Shares};
use super::{ConnectionError, DatabaseUrl};
use crate::tenant::{Tenant, TenantId};

pub struct Pools<B: Backend> {
    shared: Pool<B>,
    admin: Pool<B>,
    tenants: Arc<Tenants<B>>,
    options: PoolOptions,
    limit: usize,
    bound: Shared,
    shares: Shares,
}

type Tenants<B> = Mutex<HashMap<TenantId, TenantPool<B>>>;

/// What the pools may have at a time, beside the size of each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PoolsLimits {
    /// Pools for tenants with a database of their own.
    pub(crate) pools: usize,
    /// Connections of these pools together.
    pub(crate) connections: usize,
    /// Of each tenant, wherever its rows are.
    pub(crate) share: ShareLimits,
}

struct TenantPool<B: Backend> {
    pool: Pool<B>,
    /// The address the tenant brought along when the pool was made.
    own: Option<SecretString>,
    last_used: Instant,
}

impl<B: Backend> Pools<B> {
    pub(crate) fn new(shared: Pool<B>, admin: Pool<B>, options: PoolOptions, limits: PoolsLimits) -> Self {
        let tenants = Arc::<Tenants<B>>::default();
        // The pools are in the map and have this in them.
        let others = Arc::downgrade(&tenants);
        let bound = Shared {
            bound: Bound::new(limits.connections),
            close_idle: Arc::new(move || Weak::upgrade(&others).is_some_and(|tenants| close_idle(&tenants))),
        };
        // A pool as large as the bound would close its own connections to open others.
        let size = u32::try_from(limits.connections).unwrap_or(u32::MAX).min(options.size);
        let options = PoolOptions { size, ..options };
        Self {
            shared,
            admin,
            tenants,
            options,
            limit: limits.pools,
            bound,
            shares: Shares::new(limits.share),
        }
    }

    /// What each tenant may have of the connections.
    pub(crate) fn shares(&self) -> &Shares {
        &self.shares
    }

    pub(crate) fn shared(&self) -> &Pool<B> {
        &self.shared
    }

    pub(crate) fn admin(&self) -> &Pool<B> {
        &self.admin
    }

    /// The pool of a tenant's own database. Where there is none yet, `url` says where it is; the lock is
    /// held for the bookkeeping alone, since a new pool connects to nothing.
    pub(crate) fn of_tenant<E: From<ConnectionError>>(
        &self,
        tenant: &Tenant,
        url: impl FnOnce() -> Result<DatabaseUrl, E>,
    ) -> Result<Pool<B>, E> {
        let mut tenants = self.tenants();
        let own = tenant.database_url().map(ExposeSecret::expose_secret);
        let known = tenants.get_mut(tenant.id());
        // A pool to where the tenant used to be is of no use.
        if let Some(known) = known.filter(|known| known.own.as_ref().map(ExposeSecret::expose_secret) == own)
        {
            known.last_used = Instant::now();
            return Ok(known.pool.clone());
        }
        tenants.remove(tenant.id());
        if tenants.len() >= self.limit {
            let idle = tenants.iter().filter(|(_, known)| !known.pool.is_in_use());
            let Some(oldest) = idle.min_by_key(|(_, known)| known.last_used).map(|(id, _)| id.clone()) else {
                return Err(ConnectionError::TooManyPools { limit: self.limit }.into());
            };
            tenants.remove(&oldest);
        }
        let pool = Pool::bounded(url()?, self.options, Some(self.bound.clone()));
        let known =
            TenantPool { pool: pool.clone(), own: tenant.database_url().cloned(), last_used: Instant::now() };
        tenants.insert(tenant.id().clone(), known);
        Ok(pool)
    }

    /// Closes a tenant's pool: its connections in use close when they come back.
    pub(crate) fn forget(&self, tenant: &TenantId) {
        self.tenants().remove(tenant);
    }

    fn tenants(&self) -> MutexGuard<'_, HashMap<TenantId, TenantPool<B>>> {
        lock(&self.tenants)
    }
}

fn lock<B: Backend>(tenants: &Tenants<B>) -> MutexGuard<'_, HashMap<TenantId, TenantPool<B>>> {
    // Whoever panicked holding the lock left a map that is whole.
    tenants.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Closes a connection that nobody uses, of the tenant who has not asked for one for longest.
fn close_idle<B: Backend>(tenants: &Tenants<B>) -> bool {
    let mut pools: Vec<_> =
        lock(tenants).values().map(|known| (known.last_used, known.pool.clone())).collect();
    pools.sort_by_key(|(last_used, _)| *last_used);
    pools.iter().any(|(_, pool)| pool.close_idle())
}

impl<B: Backend> fmt::Debug for Pools<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pools")
            .field("shared", &self.shared)
            .field("admin", &self.admin)
            .field("tenants", &self.tenants().len())
            .field("limit", &self.limit)
            .field("connections", &self.bound.bound.limit())
            .field("shares", &self.shares)
            .finish()
    }
}
