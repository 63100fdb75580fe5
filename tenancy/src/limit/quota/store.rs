//! Who keeps the counters.

use std::fmt;

use async_trait::async_trait;

use super::{QuotaError, QuotaName};
use crate::tenant::TenantId;

/// The most that a counter can hold: what every database has room for.
pub(super) const MOST: u64 = i64::MAX as u64;

/// Keeps tenants' counters. A counter that was never changed is 0.
///
/// [`Quotas`](super::Quotas) calls it with amounts of 1 or more.
#[async_trait]
pub trait QuotaStore: fmt::Debug + Send + Sync + 'static {
    /// Adds the amount if the sum is not above the limit, in one step that nobody else's comes between, and gives the
    /// sum.
    ///
    /// # Errors
    /// [`QuotaError::Exceeded`] above the limit, or above `i64::MAX`.
    async fn try_add(
        &self,
        tenant: &TenantId,
        name: &QuotaName,
        amount: u64,
        limit: u64,
    ) -> Result<u64, QuotaError>;

    /// Takes the amount away if there is as much, in one step, and gives what is left.
    ///
    /// # Errors
    /// [`QuotaError::BelowZero`] if there is less.
    async fn release(&self, tenant: &TenantId, name: &QuotaName, amount: u64) -> Result<u64, QuotaError>;

    /// Writes what was counted in another way, whatever the limit.
    ///
    /// # Errors
    /// [`QuotaError::TooLarge`] above `i64::MAX`.
    async fn set(&self, tenant: &TenantId, name: &QuotaName, used: u64) -> Result<(), QuotaError>;

    /// What is in use.
    ///
    /// # Errors
    /// When the store cannot be asked.
    async fn used(&self, tenant: &TenantId, name: &QuotaName) -> Result<u64, QuotaError>;

    /// Every counter of the tenant, by name.
    ///
    /// # Errors
    /// When the store cannot be asked.
    async fn all(&self, tenant: &TenantId) -> Result<Vec<(QuotaName, u64)>, QuotaError>;
}
