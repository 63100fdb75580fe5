//! What a Redis has been good for.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

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
    /// Changes that Redis could not be told of at once. Until it is, the other processes may see what was there before.
    pub untold: u64,
    /// Whether this process hears what the others change. Where it does not, it sees that when what it has kept has become too
    /// old. A store of your own that is in no `Tenancy` hears nothing.
    pub is_listening: bool,
}

#[derive(Default)]
pub(super) struct Counters {
    pub(super) hits: AtomicU64,
    pub(super) misses: AtomicU64,
    pub(super) failures: AtomicU64,
    pub(super) untold: AtomicU64,
    pub(super) is_listening: AtomicBool,
}

impl Counters {
    pub(super) fn read(&self) -> RedisStats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        RedisStats {
            hits: read(&self.hits),
            misses: read(&self.misses),
            failures: read(&self.failures),
            untold: read(&self.untold),
            is_listening: self.is_listening.load(Ordering::Relaxed),
        }
    }
}

pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
