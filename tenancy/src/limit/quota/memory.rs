//! Counters in memory, for tests.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::store::MOST;
use super::{QuotaError, QuotaName, QuotaStore};
use crate::tenant::TenantId;

type Counters = BTreeMap<TenantId, BTreeMap<QuotaName, u64>>;

/// Counters in this process's memory: for tests, and where they may be gone with the process.
#[derive(Default)]
pub struct MemoryQuotaStore {
    counters: Mutex<Counters>,
}

impl MemoryQuotaStore {
    /// Every counter is 0.
    pub fn new() -> Self {
        Self::default()
    }

    fn counters(&self) -> MutexGuard<'_, Counters> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes a counter, or leaves it as it is.
    fn change<T>(
        &self,
        tenant: &TenantId,
        name: &QuotaName,
        change: impl FnOnce(&mut u64) -> Result<T, QuotaError>,
    ) -> Result<T, QuotaError> {
        change(self.counters().entry(tenant.clone()).or_default().entry(name.clone()).or_default())
    }
}

#[async_trait]
impl QuotaStore for MemoryQuotaStore {
    async fn try_add(
        &self,
        tenant: &TenantId,
        name: &QuotaName,
        amount: u64,
        limit: u64,
    ) -> Result<u64, QuotaError> {
        let limit = limit.min(MOST);
        self.change(tenant, name, |used| match used.checked_add(amount).filter(|sum| *sum <= limit) {
            Some(sum) => {
                *used = sum;
                Ok(sum)
            }
            None => Err(QuotaError::Exceeded { name: name.clone(), limit, used: *used, amount }),
        })
    }

    async fn release(&self, tenant: &TenantId, name: &QuotaName, amount: u64) -> Result<u64, QuotaError> {
        self.change(tenant, name, |used| match used.checked_sub(amount) {
            Some(left) => {
                *used = left;
                Ok(left)
            }
            None => Err(QuotaError::BelowZero { name: name.clone(), used: *used, amount }),
        })
    }

    async fn set(&self, tenant: &TenantId, name: &QuotaName, value: u64) -> Result<(), QuotaError> {
        if value > MOST {
            return Err(QuotaError::TooLarge { name: name.clone(), value });
        }
        self.change(tenant, name, |used| {
            *used = value;
            Ok(())
        })
    }

    async fn used(&self, tenant: &TenantId, name: &QuotaName) -> Result<u64, QuotaError> {
        let counters = self.counters();
        Ok(counters.get(tenant).and_then(|counters| counters.get(name)).copied().unwrap_or(0))
    }

    async fn all(&self, tenant: &TenantId) -> Result<Vec<(QuotaName, u64)>, QuotaError> {
        let counters = self.counters();
        let of_tenant = counters.get(tenant).into_iter().flatten();
        Ok(of_tenant.map(|(name, used)| (name.clone(), *used)).collect())
    }
}

impl fmt::Debug for MemoryQuotaStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryQuotaStore").finish_non_exhaustive()
    }
}
