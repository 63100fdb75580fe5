//! What the cache has done.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counted since the process started.
#[derive(Debug, Default)]
pub(super) struct Counters {
    hits: AtomicU64,
    misses: AtomicU64,
}

impl Counters {
    /// `asked`: whether the store was.
    pub(super) fn count(&self, asked: bool) {
        let counter = if asked { &self.misses } else { &self.hits };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn read(&self, entries: u64) -> CacheStats {
        let [hits, misses] = [&self.hits, &self.misses].map(|counter| counter.load(Ordering::Relaxed));
        CacheStats { hits, misses, entries }
    }
}

/// What a [`CachedStore`](super::CachedStore) has done since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheStats {
    /// Look-ups for which the store was not asked; of many that waited for one answer, all but one.
    pub hits: u64,
    /// Look-ups for which it was.
    pub misses: u64,
    /// Tenants that are kept now, about.
    pub entries: u64,
}

impl CacheStats {
    /// Hits of all look-ups, from 0 to 1; 0 where there was none.
    pub fn hit_rate(&self) -> f64 {
        let all = self.hits + self.misses;
        if all == 0 { 0.0 } else { self.hits as f64 / all as f64 }
    }
}
