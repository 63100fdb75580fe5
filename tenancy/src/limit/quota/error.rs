//! What goes wrong with quotas.

use super::QuotaName;
use crate::store::StoreError;
use crate::tenant::{TenantError, TenantId};

/// A counter was not changed, or could not be read. Nothing is half done.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum QuotaError {
    /// It would be above the tenant's limit.
    #[error("the quota `{name}` is used up: {used} of {limit} are in use, and {amount} more were asked for")]
    Exceeded {
        /// The counter.
        name: QuotaName,
        /// The tenant's limit; where it has none, the most that a counter can hold.
        limit: u64,
        /// What was in use when the refusal was written down: others may have changed it since.
        used: u64,
        /// What was asked for.
        amount: u64,
    },
    /// More was to be given back than is in use.
    #[error(
        "{amount} of the quota `{name}` were to be given back, and {used} are in use: something was counted twice"
    )]
    BelowZero {
        /// The counter.
        name: QuotaName,
        /// What is in use.
        used: u64,
        /// What was to be given back.
        amount: u64,
    },
    /// A change by nothing is a mistake of the caller's.
    #[error("a change of the quota `{name}` by 0: give an amount of 1 or more")]
    ZeroAmount {
        /// The counter.
        name: QuotaName,
    },
    /// No counter holds as much.
    #[error("the quota `{name}` cannot be {value}: 9223372036854775807 is the most")]
    TooLarge {
        /// The counter.
        name: QuotaName,
        /// What it was to be.
        value: u64,
    },
    /// The name is none.
    #[error("`{name}` is no name of a quota: it has to be `[a-z][a-z0-9_.-]*` and 64 bytes at most")]
    Name {
        /// The name, cut and escaped.
        name: String,
    },
    /// The registry has no such tenant.
    #[error("there is no tenant with id `{id}` to count for")]
    NoTenant {
        /// The id.
        id: TenantId,
    },
    /// The tenant's limit cannot be read: that must not become no limit.
    #[error(transparent)]
    Setting(#[from] TenantError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}
