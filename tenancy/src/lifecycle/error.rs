//! Verbs that do not fit a tenant's status.

use crate::tenant::{TenantId, TenantStatus};

/// The tenant is not in a status in which this can be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("tenant `{tenant}` is {status}, and cannot be set {wanted} from there")]
pub struct LifecycleError {
    /// The tenant.
    pub tenant: TenantId,
    /// Its status.
    pub status: TenantStatus,
    /// The status it was to have.
    pub wanted: TenantStatus,
}
