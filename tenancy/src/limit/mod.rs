//! How much a tenant may ask for: rate limits over sliding windows, and quotas.
//!
//! A [`RateLimiter`] decides about one request of a tenant at a time. Its [`RateStore`] counts: [`MemoryRateStore`] for
//! one process, [`RedisRateStore`](RedisRateStore) with the feature `redis` for all that share a Redis. [`Quotas`] are
//! counters that stay until they are given back, kept in the registry's database.
//!
//! The guide is `docs/rate-limiting.md`.

mod builder;
mod decision;
mod error;
mod limiter;
mod memory;
mod quota;
mod rate;
#[cfg(feature = "redis")]
mod redis;
mod stats;
mod store;

pub use self::builder::{FailMode, RateLimiterBuilder};
pub use self::decision::{RateDecision, RateWindow};
pub use self::error::{RateLimitError, RateStoreError};
pub use self::limiter::RateLimiter;
pub use self::memory::MemoryRateStore;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
pub use self::quota::SqlQuotaStore;
pub use self::quota::{MemoryQuotaStore, Quota, QuotaError, QuotaName, QuotaStore, QuotaUse, Quotas};
pub use self::rate::{RateLimit, RateLimits};
#[cfg(feature = "redis")]
pub use self::redis::RedisRateStore;
pub use self::stats::RateLimitStats;
pub use self::store::{RateKey, RateStore};
