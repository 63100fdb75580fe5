//! What became of each tenant when keys were rotated.

use serde::Serialize;

use crate::store::StoreError;
use crate::tenant::TenantId;

/// How far the rotation of keys came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RotationReport {
    /// How many tenants were sealed anew.
    pub resealed: u64,
    /// How many were under the current key already, or have nothing to seal.
    pub current: u64,
    /// Those of whom something is not under the current key: it stays as it is.
    pub failed: Vec<RotationFailure>,
}

impl RotationReport {
    /// Whether everything in the registry is under the current key. Values that the application has sealed elsewhere are not
    /// looked at: [`KeyRing::reseal`](super::KeyRing::reseal).
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty()
    }
}

/// A tenant of whom something is not under the current key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RotationFailure {
    /// The tenant's id, as it is stored.
    pub tenant: String,
    /// What is wrong, without the value.
    pub reason: String,
}

/// The store failed, and not one tenant of it: what is behind was not looked at.
#[derive(Debug, Clone, thiserror::Error)]
#[error(
    "the rotation stopped {}, with {} sealed anew, {} under the current key and {} failed; begin again, or go on from there",
    .reached.as_ref().map_or_else(|| "before the first tenant".to_owned(), |id| format!("behind tenant `{id}`")),
    .report.resealed,
    .report.current,
    .report.failed.len()
)]
#[non_exhaustive]
pub struct RotationError {
    /// The last tenant that was done with, for [`rotate_after`](super::SealedStore::rotate_after).
    pub reached: Option<TenantId>,
    /// What was done until then.
    pub report: RotationReport,
    /// Why it stopped.
    #[source]
    pub source: StoreError,
}
