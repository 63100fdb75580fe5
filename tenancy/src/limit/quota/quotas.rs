//! The quotas of an application, and the handle to them.

use std::sync::Arc;

use super::store::MOST;
use super::{QuotaError, QuotaName, QuotaStore};
use crate::tenant::{Tenant, TenantError, TenantSettings};

/// Bytes of a gigabyte, as disks are sold.
const GIGABYTE: u64 = 1_000_000_000;

/// A counter, and where its limit is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    name: QuotaName,
    limit: Limit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    /// The tenant's `max_users`, or else this.
    Users(Option<u64>),
    /// The tenant's `max_storage_gb` in bytes, or else this.
    Storage(Option<u64>),
    Given(u64),
}

impl Quota {
    /// The counter `users`, up to the tenant's `max_users`. A tenant without that setting has no limit, unless one
    /// [is given](Self::or_limit).
    pub fn users() -> Self {
        Self { name: QuotaName::USERS, limit: Limit::Users(None) }
    }

    /// The counter `storage`, in bytes, up to the tenant's `max_storage_gb` of 1,000,000,000 bytes each. A tenant without
    /// that setting has no limit, unless one [is given](Self::or_limit).
    pub fn storage() -> Self {
        Self { name: QuotaName::STORAGE, limit: Limit::Storage(None) }
    }

    /// A counter of the application's own, up to this limit.
    ///
    /// # Errors
    /// [`QuotaError::Name`].
    pub fn new(name: &str, limit: u64) -> Result<Self, QuotaError> {
        Ok(Self { name: QuotaName::try_from(name)?, limit: Limit::Given(limit) })
    }

    /// The limit of a tenant that has none of its own; of storage in bytes.
    #[must_use]
    pub fn or_limit(mut self, limit: u64) -> Self {
        self.limit = match self.limit {
            Limit::Users(_) => Limit::Users(Some(limit)),
            Limit::Storage(_) => Limit::Storage(Some(limit)),
            Limit::Given(_) => Limit::Given(limit),
        };
        self
    }

    /// The counter's name.
    pub fn name(&self) -> &QuotaName {
        &self.name
    }

    /// The tenant's limit; `None` if it has none.
    ///
    /// # Errors
    /// [`TenantError::Setting`] when the tenant's own cannot be read.
    pub fn limit_of(&self, tenant: &Tenant) -> Result<Option<u64>, TenantError> {
        let metadata = tenant.metadata();
        Ok(match self.limit {
            Limit::Users(other) => TenantSettings::max_users_in(metadata)?.or(other),
            Limit::Storage(other) => {
                let gigabytes = TenantSettings::max_storage_gb_in(metadata)?;
                gigabytes.map(|gigabytes| gigabytes.saturating_mul(GIGABYTE)).or(other)
            }
            Limit::Given(limit) => Some(limit),
        })
    }
}

/// What is in use of a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaUse {
    /// How much. It may be above the limit where that has been lowered.
    pub used: u64,
    /// The tenant's limit; `None` if it has none.
    pub limit: Option<u64>,
}

impl QuotaUse {
    /// How much more there may be.
    pub fn remaining(&self) -> u64 {
        self.limit.unwrap_or(MOST).min(MOST).saturating_sub(self.used)
    }
}

/// Tenants' counters: checked and changed in one step, and kept until they are changed again.
///
/// [`Tenancy::quotas`](crate::Tenancy::quotas) gives those in the registry's database. Cloning copies a pointer.
#[derive(Debug, Clone)]
pub struct Quotas {
    store: Arc<dyn QuotaStore>,
}

impl Quotas {
    /// Quotas in a store of the application's own.
    pub fn new(store: impl QuotaStore) -> Self {
        Self::over(Arc::new(store))
    }

    pub(crate) fn over(store: Arc<dyn QuotaStore>) -> Self {
        Self { store }
    }

    /// Adds to a counter if it stays within the tenant's limit, and gives what is in use then. Exactly the limit is
    /// within it.
    ///
    /// Cost: one statement; on MySQL a transaction of two, and two more the first time.
    ///
    /// # Errors
    /// [`QuotaError::Exceeded`] above the limit, and nothing is added; `ZeroAmount` for 0; `Setting` when the limit
    /// cannot be read; `NoTenant` and `Store`.
    pub async fn try_add(&self, tenant: &Tenant, quota: &Quota, amount: u64) -> Result<u64, QuotaError> {
        some(quota, amount)?;
        let limit = quota.limit_of(tenant)?.unwrap_or(MOST);
        self.store.try_add(tenant.id(), &quota.name, amount, limit).await
    }

    /// Gives back what was added, and gives what is left in use.
    ///
    /// # Errors
    /// [`QuotaError::BelowZero`] if more is given back than is in use, and nothing is changed; `ZeroAmount` for 0;
    /// `Store`.
    pub async fn release(&self, tenant: &Tenant, quota: &Quota, amount: u64) -> Result<u64, QuotaError> {
        some(quota, amount)?;
        self.store.release(tenant.id(), &quota.name, amount).await
    }

    /// Writes what was counted in another way, also above the limit: for counters that have gone astray, and for what
    /// was there before there were quotas.
    ///
    /// # Errors
    /// [`QuotaError::TooLarge`], `NoTenant` and `Store`.
    pub async fn set(&self, tenant: &Tenant, quota: &Quota, used: u64) -> Result<(), QuotaError> {
        self.store.set(tenant.id(), &quota.name, used).await
    }

    /// What is in use, and the limit.
    ///
    /// # Errors
    /// `Setting` when the limit cannot be read; `Store`.
    pub async fn read(&self, tenant: &Tenant, quota: &Quota) -> Result<QuotaUse, QuotaError> {
        let limit = quota.limit_of(tenant)?;
        Ok(QuotaUse { used: self.store.used(tenant.id(), &quota.name).await?, limit })
    }

    /// Every counter of a tenant that was ever changed, by name.
    ///
    /// # Errors
    /// `Store`.
    pub async fn all(&self, tenant: &Tenant) -> Result<Vec<(QuotaName, u64)>, QuotaError> {
        self.store.all(tenant.id()).await
    }
}

fn some(quota: &Quota, amount: u64) -> Result<(), QuotaError> {
    if amount == 0 { Err(QuotaError::ZeroAmount { name: quota.name.clone() }) } else { Ok(()) }
}
