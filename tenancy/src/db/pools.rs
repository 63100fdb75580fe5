//! The pools of an application: one for what tenants share, one for administration, and a bounded set of
//! pools for tenants with a database of their own.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use secrecy::{ExposeSecret, SecretString};

use super::backend::Backend;
use super::pool::{Pool, PoolOptions};
use super::{ConnectionError, DatabaseUrl};
use crate::tenant::{Tenant, TenantId};

pub struct Pools<B: Backend> {
    shared: Pool<B>,
    admin: Pool<B>,
    tenants: Mutex<HashMap<TenantId, TenantPool<B>>>,
    options: PoolOptions,
    limit: usize,
}

struct TenantPool<B: Backend> {
    pool: Pool<B>,
    /// The address the tenant brought along when the pool was made.
    own: Option<SecretString>,
    last_used: Instant,
}

impl<B: Backend> Pools<B> {
    /// `limit` bounds the number of pools for tenants with a database of their own.
    pub(crate) fn new(shared: Pool<B>, admin: Pool<B>, options: PoolOptions, limit: usize) -> Self {
        Self { shared, admin, tenants: Mutex::default(), options, limit }
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
        let pool = Pool::new(url()?, self.options);
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
        // Whoever panicked holding the lock left a map that is whole.
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<B: Backend> fmt::Debug for Pools<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pools")
            .field("shared", &self.shared)
            .field("admin", &self.admin)
            .field("tenants", &self.tenants().len())
            .field("limit", &self.limit)
            .finish()
    }
}
