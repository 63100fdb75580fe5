//! The limiter of an application.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::builder::{FailMode, Rules};
use super::stats::{Counters, Outcome};
use super::{
    RateDecision, RateKey, RateLimitError, RateLimitStats, RateLimiterBuilder, RateStore, RateStoreError,
};
use crate::tenant::Tenant;

/// Holds tenants to their rate limits. Cloning copies a pointer.
///
/// ```
/// use tenancy::limit::{MemoryRateStore, RateLimit, RateLimiter};
///
/// # fn main() -> Result<(), tenancy::limit::RateLimitError> {
/// let limiter = RateLimiter::builder(MemoryRateStore::new())
///     .limits([RateLimit::per_second(100), RateLimit::per_minute(2_000)])
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RateLimiter {
    inner: Arc<Inner>,
}

struct Inner {
    rules: Rules,
    store: Arc<dyn RateStore>,
    counters: Counters,
    /// Whether the last request found the store out of order: the log has one line for that, not one for each request.
    is_down: AtomicBool,
}

impl RateLimiter {
    /// Begins with what counts the requests.
    pub fn builder(store: impl RateStore) -> RateLimiterBuilder {
        RateLimiterBuilder::new(Arc::new(store))
    }

    pub(super) fn new(rules: Rules, store: Arc<dyn RateStore>) -> Self {
        let (counters, is_down) = (Counters::default(), AtomicBool::new(false));
        Self { inner: Arc::new(Inner { rules, store, counters, is_down }) }
    }

    /// Decides about one request of a tenant, which counts if it is admitted.
    ///
    /// Cost: what the store takes; with [`RedisRateStore`](super::RedisRateStore) one round trip.
    ///
    /// # Errors
    /// [`RateLimitError::Exceeded`] above a limit, `Setting` if the tenant's own limit or its plan cannot be read, and
    /// `Store` if the store could not be asked and the limiter is [`FailMode::Closed`].
    pub async fn check(&self, tenant: &Tenant) -> Result<RateDecision, RateLimitError> {
        let inner = &*self.inner;
        let Some(limits) = inner.rules.limits_of(tenant)? else {
            inner.counters.count(Outcome::Admitted);
            return Ok(RateDecision::uncounted());
        };
        match inner.store.take(RateKey::new(&inner.rules.name, tenant.id()), &limits).await {
            Ok(decision) => {
                inner.store_is_up();
                if decision.is_admitted() {
                    inner.counters.count(Outcome::Admitted);
                    Ok(decision)
                } else {
                    inner.counters.count(Outcome::Refused);
                    Err(RateLimitError::Exceeded(decision))
                }
            }
            Err(error) => inner.without_store(error),
        }
    }

    /// The limiter's name.
    pub fn name(&self) -> &str {
        &self.inner.rules.name
    }

    /// What the limiter has done.
    pub fn stats(&self) -> RateLimitStats {
        self.inner.counters.read()
    }
}

impl Inner {
    fn store_is_up(&self) {
        if self.is_down.load(Ordering::Relaxed) && self.is_down.swap(false, Ordering::Relaxed) {
            tracing::info!(limiter = &*self.rules.name, "rate limits are counted again");
        }
    }

    fn without_store(&self, error: RateStoreError) -> Result<RateDecision, RateLimitError> {
        let mode = self.rules.when_unavailable;
        if !self.is_down.swap(true, Ordering::Relaxed) {
            let meanwhile = match mode {
                FailMode::Open => "requests pass uncounted",
                FailMode::Closed => "requests are refused",
            };
            tracing::warn!(limiter = &*self.rules.name, %error, meanwhile, "rate limits are not counted");
        }
        match mode {
            FailMode::Open => {
                self.counters.count(Outcome::AdmittedUnasked);
                Ok(RateDecision::uncounted())
            }
            FailMode::Closed => {
                self.counters.count(Outcome::RefusedUnasked);
                Err(error.into())
            }
        }
    }
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimiter")
            .field("rules", &self.inner.rules)
            .field("store", &self.inner.store)
            .field("stats", &self.stats())
            .finish()
    }
}
