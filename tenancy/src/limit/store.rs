//! Who counts.

use std::fmt;

use async_trait::async_trait;

use super::{RateDecision, RateLimits, RateStoreError};
use crate::tenant::TenantId;

/// Whose requests are counted, and by which limiter. Different keys share nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateKey<'a> {
    limiter: &'a str,
    tenant: &'a TenantId,
}

impl<'a> RateKey<'a> {
    pub(super) fn new(limiter: &'a str, tenant: &'a TenantId) -> Self {
        Self { limiter, tenant }
    }

    /// The limiter's [name](super::RateLimiterBuilder::name): lower-case letters, digits and `-`.
    pub fn limiter(&self) -> &'a str {
        self.limiter
    }

    /// The tenant's id, which has letters, digits, `_` and `-` in it.
    pub fn tenant(&self) -> &'a TenantId {
        self.tenant
    }
}

/// Counts requests in sliding windows.
#[async_trait]
pub trait RateStore: fmt::Debug + Send + Sync + 'static {
    /// Decides about one request, in one step that nobody else comes between: it counts in every window if it is within
    /// all limits, and otherwise in none.
    ///
    /// What counts is kept for each window by itself: limits may be others each time.
    ///
    /// # Errors
    /// When it cannot decide, and within a bounded time.
    async fn take(&self, key: RateKey<'_>, limits: &RateLimits) -> Result<RateDecision, RateStoreError>;
}
