//! Counting in this process's memory.

mod log;
mod shard;

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use self::shard::{Full, Shard};
use super::{RateDecision, RateKey, RateLimits, RateStore, RateStoreError};

/// Tenants there is room for, unless the application says otherwise.
const CAPACITY: usize = 100_000;
/// Parts that are locked apart from each other, of a store with room for this many tenants in each.
const SHARDS: usize = 16;
const TENANTS_OF_A_SHARD: usize = 64;

/// Counts requests in this process's memory, by a clock that nobody sets.
///
/// A tenant takes room while one of its requests still counts: up to 16 KB for each of its windows. Two processes do not
/// know of each other's requests.
pub struct MemoryRateStore {
    began: Instant,
    shards: Box<[Mutex<Shard>]>,
    hasher: RandomState,
    capacity: usize,
}

impl MemoryRateStore {
    /// Room for 100,000 tenants.
    pub fn new() -> Self {
        Self::with_capacity(CAPACITY)
    }

    /// Room for about so many tenants whose requests count at one time, in all limiters together. One more is an error,
    /// [`RateStoreError::Full`]: to forget somebody's requests would be to let him have more than his limit.
    pub fn with_capacity(capacity: usize) -> Self {
        let shards = (capacity / TENANTS_OF_A_SHARD).clamp(1, SHARDS);
        let of_each = capacity.div_ceil(shards).max(1);
        let shards = (0..shards).map(|_| Mutex::new(Shard::new(of_each))).collect();
        Self { began: Instant::now(), shards, hasher: RandomState::new(), capacity }
    }

    /// For how many tenants there is something in memory. Those who are idle go when there is no room for others.
    pub fn tenants(&self) -> usize {
        let tenants = |shard: &Mutex<Shard>| shard.lock().unwrap_or_else(PoisonError::into_inner).tenants();
        self.shards.iter().map(tenants).sum()
    }

    /// What a lock holds is whole between two lines of code: nobody can leave it half done.
    fn decide(&self, key: RateKey<'_>, limits: &RateLimits) -> Result<RateDecision, Full> {
        let hash = self.hasher.hash_one(key.tenant()) as usize;
        let shard = &self.shards[hash % self.shards.len()];
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        // Asked behind the lock: no shard sees its time go back.
        let now = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let (admitted, windows) = shard.take(key, limits, now)?;
        Ok(RateDecision::new(admitted, Duration::from_micros(now), windows))
    }
}

#[async_trait]
impl RateStore for MemoryRateStore {
    async fn take(&self, key: RateKey<'_>, limits: &RateLimits) -> Result<RateDecision, RateStoreError> {
        self.decide(key, limits).map_err(|Full| RateStoreError::Full { capacity: self.capacity })
    }
}

impl Default for MemoryRateStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryRateStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryRateStore").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}
