//! What a Redis has been good for.

use std::sync::atomic::{AtomicU64, Ordering};

/// What a [`RedisStore`](super::RedisStore) has done since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RedisStats {
    /// Look-ups that Redis had the tenant for.
    pub hits: u64,
    /// Look-ups that it had nothing for: the store was asked.
    pub misses: u64,
    /// Look-ups that it did not answer in time, or at all, or with something that is no tenant: the store was asked.
    pub failures: u64,
    /// Changes that Redis could not be told of. The other processes see them when what they have kept has become too old.
    pub untold: u64,
}

#[derive(Default)]
pub(super) struct Counters {
    pub(super) hits: AtomicU64,
    pub(super) misses: AtomicU64,
    pub(super) failures: AtomicU64,
    pub(super) untold: AtomicU64,
}

impl Counters {
    pub(super) fn read(&self) -> RedisStats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        RedisStats {
            hits: read(&self.hits),
            misses: read(&self.misses),
            failures: read(&self.failures),
            untold: read(&self.untold),
        }
    }
}

pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
