//! What is to be done, and for whom.

use serde::{Deserialize, Serialize};
use tenancy::{CapturedTenant, TenancyError, TenantContext};
use uuid::Uuid;

/// A job, as it lies in the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Job {
    /// Tells one job from another of the same kind.
    pub(crate) id: Uuid,
    /// The tenant's id and nothing else: whether it is served, and where its rows are, is asked when the job is done.
    pub(crate) tenant: CapturedTenant,
    pub(crate) work: Work,
}

/// The kinds of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Work {
    /// Count the tenant's orders.
    Report,
}

impl Job {
    /// A job for the tenant whose scope this is called in.
    ///
    /// # Errors
    /// Outside every scope, and in `across_tenants`: nobody knows for whom it would be.
    pub(crate) fn for_current_tenant(work: Work) -> Result<Self, TenancyError> {
        Ok(Self { id: Uuid::now_v7(), tenant: TenantContext::capture()?, work })
    }

    /// As it lies in the queue.
    pub(crate) fn text(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }
}
