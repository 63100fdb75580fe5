//! What Redis is told when a change has ended.

use crate::store::StoreError;
use crate::tenant::{Tenant, TenantId};

/// What has come of a change.
pub(super) enum Told {
    /// Nothing has changed.
    Nothing,
    /// Nothing has changed by this, but what was known of these was old: this process is to ask the store.
    Here(Vec<TenantId>),
    /// This is the tenant now.
    Now(Tenant),
    /// These are other than they were, or may be.
    Changed(Vec<TenantId>),
}

impl Told {
    /// Of a change that gave an error.
    pub(super) fn of_failure(error: &StoreError, ids: Vec<TenantId>) -> Self {
        match error {
            StoreError::DuplicateId { .. }
            | StoreError::DuplicateIdentifier { .. }
            | StoreError::DuplicateDomain { .. }
            | StoreError::NoDomains
            | StoreError::TooMany { .. }
            | StoreError::ReadOnly
            | StoreError::Invalid(_) => Self::Nothing,
            StoreError::NotFound { .. }
            | StoreError::Stale { .. }
            | StoreError::OtherStatus { .. }
            | StoreError::OtherPlacement { .. } => Self::Here(ids),
            // It may have happened all the same.
            StoreError::Corrupt { .. } | StoreError::Unavailable(_) | StoreError::Database { .. } => {
                Self::Changed(ids)
            }
        }
    }
}
