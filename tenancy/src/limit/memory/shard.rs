//! A part of the tenants, behind one lock.

use std::collections::HashMap;
use std::time::Duration;

use super::log::Log;
use crate::limit::{RateKey, RateLimits, RateWindow};
use crate::tenant::TenantId;

/// How long a full shard takes before it looks again for tenants who are idle, in microseconds.
const LOOKS_AGAIN: u64 = 100_000;
/// With fewer tenants nobody is looked for.
const FEW: usize = 64;

/// There is no room for another tenant.
#[derive(Debug)]
pub(super) struct Full;

/// By limiter, then by tenant: a look-up copies neither name.
#[derive(Debug)]
pub(super) struct Shard {
    limiters: HashMap<Box<str>, HashMap<TenantId, Windows>>,
    tenants: usize,
    capacity: usize,
    /// At so many tenants those who are idle go.
    sweeps_at: usize,
    swept: Option<u64>,
}

/// The logs of a tenant, by the seconds of their windows.
#[derive(Debug, Default)]
struct Windows(Vec<(u32, Log)>);

impl Shard {
    pub(super) fn new(capacity: usize) -> Self {
        let sweeps_at = FEW.min(capacity);
        Self { limiters: HashMap::new(), tenants: 0, capacity, sweeps_at, swept: None }
    }

    pub(super) fn tenants(&self) -> usize {
        self.tenants
    }

    pub(super) fn take(
        &mut self,
        key: RateKey<'_>,
        limits: &RateLimits,
        now: u64,
    ) -> Result<(bool, Vec<RateWindow>), Full> {
        let known = self.limiters.get_mut(key.limiter()).and_then(|tenants| tenants.get_mut(key.tenant()));
        if let Some(windows) = known {
            return Ok(windows.take(limits, now));
        }
        self.make_room(now)?;
        self.tenants += 1;
        let tenants = self.limiters.entry(key.limiter().into()).or_default();
        Ok(tenants.entry(key.tenant().clone()).or_default().take(limits, now))
    }

    fn make_room(&mut self, now: u64) -> Result<(), Full> {
        if self.tenants < self.sweeps_at {
            return Ok(());
        }
        let is_soon = self.swept.is_some_and(|swept| now < swept.saturating_add(LOOKS_AGAIN));
        if !(self.tenants >= self.capacity && is_soon) {
            self.sweep(now);
        }
        if self.tenants < self.capacity { Ok(()) } else { Err(Full) }
    }

    /// Lets go of tenants without a request that counts. So that each new tenant pays for one other at most, it is done
    /// when there are twice as many as the last time.
    fn sweep(&mut self, now: u64) {
        for tenants in self.limiters.values_mut() {
            tenants.retain(|_, windows| !windows.are_over(now));
        }
        self.limiters.retain(|_, tenants| !tenants.is_empty());
        self.tenants = self.limiters.values().map(HashMap::len).sum();
        self.sweeps_at = self.tenants.saturating_mul(2).clamp(FEW.min(self.capacity), self.capacity);
        self.swept = Some(now);
    }
}

impl Windows {
    fn take(&mut self, limits: &RateLimits, now: u64) -> (bool, Vec<RateWindow>) {
        let mut admitted = true;
        for limit in limits.iter() {
            let log = self.log(limit.seconds());
            log.forget(now, limit.window_micros());
            admitted &= log.used() < u64::from(limit.requests());
        }
        let windows = limits.iter().map(|limit| {
            let (window, requests) = (limit.window_micros(), u64::from(limit.requests()));
            let log = self.log(limit.seconds());
            if admitted {
                log.count(now, limit.grain_micros());
            }
            RateWindow {
                limit: *limit,
                used: u32::try_from(log.used()).unwrap_or(u32::MAX),
                next: Duration::from_micros(log.next(now, window)),
                wait: Duration::from_micros(log.wait(now, window, requests)),
            }
        });
        let windows = windows.collect();
        (admitted, windows)
    }

    fn log(&mut self, seconds: u32) -> &mut Log {
        let at = self.0.iter().position(|(known, _)| *known == seconds).unwrap_or_else(|| {
            self.0.push((seconds, Log::default()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }

    fn are_over(&self, now: u64) -> bool {
        self.0.iter().all(|(seconds, log)| log.is_over(now, u64::from(*seconds) * 1_000_000))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::limit::RateLimit;

    fn id(number: usize) -> TenantId {
        TenantId::try_from(format!("t{number}")).unwrap()
    }

    fn limits() -> RateLimits {
        RateLimits::new([RateLimit::per_second(2)]).unwrap()
    }

    #[test]
    fn whoever_is_idle_makes_room_and_nobody_else() {
        let mut shard = Shard::new(3);
        for number in 0..3 {
            shard.take(RateKey::new("a", &id(number)), &limits(), 500_000).unwrap();
        }
        let fourth = id(3);
        assert!(shard.take(RateKey::new("a", &fourth), &limits(), 1_499_999).is_err());
        // Those who are known are served as before.
        let (admitted, _) = shard.take(RateKey::new("a", &id(1)), &limits(), 1_499_999).unwrap();
        assert!(admitted);
        // It does not look again at once.
        assert!(shard.take(RateKey::new("a", &fourth), &limits(), 1_500_000).is_err());
        assert!(shard.take(RateKey::new("a", &fourth), &limits(), 1_600_000).is_ok());
        assert_eq!(shard.tenants(), 2, "the one who asked meanwhile, and the new one");
        let (admitted, windows) = shard.take(RateKey::new("a", &id(1)), &limits(), 1_600_000).unwrap();
        assert!(admitted && windows[0].used == 2);
    }

    #[test]
    fn memory_follows_those_who_ask_now() {
        let mut shard = Shard::new(100_000);
        for number in 0..200_000_usize {
            // A hundred at a time, each a window apart.
            let now = (number / 100) as u64 * 1_100_000;
            shard.take(RateKey::new("a", &id(number)), &limits(), now).unwrap();
            assert!(shard.tenants() <= 300);
        }
    }

    #[test]
    fn limiters_count_apart() {
        let mut shard = Shard::new(10);
        for limiter in ["a", "b"] {
            for expected in [true, true, false] {
                let (admitted, _) = shard.take(RateKey::new(limiter, &id(0)), &limits(), 5).unwrap();
                assert_eq!(admitted, expected, "{limiter}");
            }
        }
    }

    #[test]
    fn a_request_counts_in_all_windows_or_in_none() {
        let both = RateLimits::new([RateLimit::per_second(3), RateLimit::per_minute(4)]).unwrap();
        let (mut shard, id) = (Shard::new(10), id(0));
        let mut take = |now| shard.take(RateKey::new("a", &id), &both, now).unwrap();
        let used = |windows: &[RateWindow]| (windows[0].used, windows[1].used);
        for _ in 0..3 {
            assert!(take(0).0);
        }
        let (admitted, windows) = take(10);
        assert!(!admitted && used(&windows) == (3, 3), "{windows:?}");
        assert_eq!((windows[0].wait.as_micros(), windows[1].wait.as_micros()), (999_990, 0));
        let (admitted, windows) = take(1_000_000);
        assert!(admitted && used(&windows) == (1, 4), "{windows:?}");
        let (admitted, windows) = take(1_000_001);
        assert!(!admitted && used(&windows) == (1, 4), "{windows:?}");
        assert_eq!(windows[1].wait, Duration::from_micros(58_999_999));
    }
}
