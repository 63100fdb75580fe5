//! What a limiter has done.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counted since the limiter was built.
#[derive(Debug, Default)]
pub(super) struct Counters {
    admitted: AtomicU64,
    refused: AtomicU64,
    admitted_unasked: AtomicU64,
    refused_unasked: AtomicU64,
}

/// How a request has ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum Outcome {
    Admitted,
    Refused,
    /// The store could not be asked.
    AdmittedUnasked,
    RefusedUnasked,
}

impl Counters {
    pub(super) fn count(&self, outcome: Outcome) {
        let counter = match outcome {
            Outcome::Admitted => &self.admitted,
            Outcome::Refused => &self.refused,
            Outcome::AdmittedUnasked => &self.admitted_unasked,
            Outcome::RefusedUnasked => &self.refused_unasked,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> RateLimitStats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        RateLimitStats {
            admitted: read(&self.admitted),
            refused: read(&self.refused),
            admitted_unasked: read(&self.admitted_unasked),
            refused_unasked: read(&self.refused_unasked),
        }
    }
}

/// What a [`RateLimiter`](super::RateLimiter) has done since it was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimitStats {
    /// Requests within their tenant's limits, those of tenants without a limit among them.
    pub admitted: u64,
    /// Requests above them.
    pub refused: u64,
    /// Requests that were let through because the store could not be asked.
    pub admitted_unasked: u64,
    /// Requests that were refused because of that.
    pub refused_unasked: u64,
}
