//! What goes wrong with rate limits.

use super::RateDecision;
use crate::tenant::TenantError;

/// A request is not within its tenant's limits, or that could not be found out.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum RateLimitError {
    /// The limiter cannot be built like this.
    #[error("the rate limiter cannot be built: {}", problems.join("; "))]
    Config {
        /// The problems, one sentence each.
        problems: Vec<String>,
    },
    /// The tenant has used up a limit.
    #[error(
        "the tenant's rate limit is used up: try again in {} ms",
        .0.retry_after().unwrap_or_default().as_micros().div_ceil(1_000)
    )]
    Exceeded(RateDecision),
    /// The tenant's own limit, or its plan, cannot be read: that must not become no limit.
    #[error(transparent)]
    Setting(#[from] TenantError),
    /// The store could not decide, and the limiter refuses then.
    #[error(transparent)]
    Store(#[from] RateStoreError),
}

/// A store could not decide about a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RateStoreError {
    /// As many tenants as the store has room for have requests that still count.
    #[error("the store of rate limits is full: give it room for more than {capacity} tenants")]
    Full {
        /// For how many it has room.
        capacity: usize,
    },
    /// The address is none.
    #[error(
        "the address of the rate limits' Redis is none: {reason}; give `redis://user:password@host:port/`"
    )]
    InvalidUrl {
        /// What is wrong with it; the address is not repeated, it may hold a password.
        reason: String,
    },
    /// It cannot be reached, does not answer in time, or answers with an error.
    #[error("the rate limits cannot be counted: {reason}")]
    Unavailable {
        /// What has happened.
        reason: String,
    },
}

#[cfg(feature = "redis")]
impl From<crate::redis_link::LinkError> for RateStoreError {
    fn from(error: crate::redis_link::LinkError) -> Self {
        use crate::redis_link::LinkError::{InvalidUrl, Unavailable};

        match error {
            InvalidUrl { reason } => Self::InvalidUrl { reason },
            Unavailable { reason } => Self::Unavailable { reason },
        }
    }
}

impl RateStoreError {
    /// The store cannot be asked, for this reason, which must hold no secret.
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable { reason: reason.into() }
    }
}
