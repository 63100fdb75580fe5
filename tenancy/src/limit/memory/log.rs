//! The requests of one tenant in one window, as they are counted: the algorithm, without a clock.
//!
//! A request counts from its own time until a window's length later, exactly. Above 1,000 requests a window that would
//! take too much room, so requests of one grain (a thousandth of the window) are kept as a number and the time of the
//! last of them: all of them count until the last is a window old. So none is ever forgotten too early, and there are at
//! most 1,001 entries.
//!
//! `redis/take.lua` is the same for many processes.

use std::collections::VecDeque;

/// Times are microseconds of a clock that does not go back.
#[derive(Debug, Default)]
pub(super) struct Log {
    entries: VecDeque<Entry>,
    total: u64,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    last: u64,
    requests: u32,
}

impl Log {
    /// Forgets what counts no more.
    pub(super) fn forget(&mut self, now: u64, window: u64) {
        while let Some(oldest) = self.entries.front()
            && oldest.last.saturating_add(window) <= now
        {
            self.total -= u64::from(oldest.requests);
            self.entries.pop_front();
        }
    }

    /// How many requests count.
    pub(super) fn used(&self) -> u64 {
        self.total
    }

    /// Counts one more.
    pub(super) fn count(&mut self, now: u64, grain: u64) {
        self.total += 1;
        if let Some(newest) = self.entries.back_mut()
            && grain > 0
            && newest.last / grain == now / grain
            && newest.requests < u32::MAX
        {
            newest.last = now;
            newest.requests += 1;
        } else {
            self.entries.push_back(Entry { last: now, requests: 1 });
        }
    }

    /// How long until the first of them counts no more; a whole window if there is none.
    pub(super) fn next(&self, now: u64, window: u64) -> u64 {
        self.entries.front().map_or(window, |oldest| (oldest.last + window).saturating_sub(now))
    }

    /// How long until one more is within the limit.
    pub(super) fn wait(&self, now: u64, window: u64, limit: u64) -> u64 {
        let mut left = self.total;
        for entry in &self.entries {
            if left < limit {
                break;
            }
            left -= u64::from(entry.requests);
            if left < limit {
                return (entry.last + window).saturating_sub(now);
            }
        }
        0
    }

    /// Whether nothing counts any more.
    pub(super) fn is_over(&self, now: u64, window: u64) -> bool {
        self.entries.back().is_none_or(|newest| newest.last.saturating_add(window) <= now)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::limit::RateLimit;

    /// Decides as the store does.
    fn take(log: &mut Log, now: u64, limit: RateLimit) -> bool {
        let window = limit.window_micros();
        log.forget(now, window);
        let admitted = log.used() < u64::from(limit.requests());
        if admitted {
            log.count(now, limit.grain_micros());
        }
        admitted
    }

    #[test]
    fn exactly_the_limit_passes_and_one_more_does_not() {
        let limit = RateLimit::per_second(5);
        let mut log = Log::default();
        let admitted: Vec<bool> = (0..6).map(|_| take(&mut log, 7, limit)).collect();
        assert_eq!(admitted, [true, true, true, true, true, false]);
        assert_eq!(log.wait(7, 1_000_000, 5), 1_000_000);
        assert!(!take(&mut log, 1_000_006, limit), "a microsecond too early");
        assert!(take(&mut log, 1_000_007, limit));
    }

    #[test]
    fn a_window_slides_and_does_not_jump() {
        let limit = RateLimit::per_second(2);
        let mut log = Log::default();
        assert!(take(&mut log, 0, limit) && take(&mut log, 900_000, limit));
        // A window that begins anew at the full second would let two in here.
        assert!(take(&mut log, 1_000_000, limit) && !take(&mut log, 1_000_001, limit));
        assert_eq!((log.next(1_000_001, 1_000_000), log.wait(1_000_001, 1_000_000, 2)), (899_999, 899_999));
        assert!(take(&mut log, 1_900_000, limit));
    }

    #[test]
    fn a_lowered_limit_waits_for_as_many_as_are_too_many() {
        let mut log = Log::default();
        for now in 0..10 {
            assert!(take(&mut log, now, RateLimit::per_second(10)));
        }
        assert!(!take(&mut log, 10, RateLimit::per_second(3)));
        // The first eight have to go before there are fewer than three.
        assert_eq!(log.wait(10, 1_000_000, 3), 1_000_000 + 7 - 10);
        assert!(take(&mut log, 1_000_007, RateLimit::per_second(3)));
    }

    #[test]
    fn a_log_of_a_large_limit_stays_small() {
        let limit = RateLimit::per_second(1_000_000);
        let mut log = Log::default();
        for now in 0..3_000_000 {
            take(&mut log, now, limit);
            assert!(log.entries.len() <= 1_001);
        }
        assert!(log.used() > 990_000);
    }

    fn steps() -> impl Strategy<Value = (RateLimit, Vec<u64>)> {
        // Limits on both sides of where times are kept exactly, and steps from none at all to more than a window.
        let limit = prop_oneof![1..30_u32, 1_001..1_100_u32].prop_map(RateLimit::per_second);
        let step = prop_oneof![4 => Just(0), 4 => 1..2_000_u64, 1 => 100_000..1_500_000_u64];
        (limit, prop::collection::vec(step, 1..3_000))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Against every window there is: never more than the limit, and nobody refused for what is a grain older than
        /// the window.
        #[test]
        fn no_window_has_more_than_the_limit_and_none_is_left_empty((limit, steps) in steps()) {
            let (window, most) = (limit.window_micros(), limit.requests() as usize);
            let (mut log, mut now) = (Log::default(), 0);
            let mut admitted: Vec<u64> = Vec::new();
            for step in steps {
                now += step;
                let counts = |length: u64| admitted.iter().rev().take_while(|at| **at + length > now).count();
                let (at_least, at_most) = (counts(window), counts(window + limit.grain_micros()));
                let is_in = take(&mut log, now, limit);
                prop_assert!(!is_in || at_least < most, "{at_least} count already at {now}");
                prop_assert!(is_in || at_most >= most, "refused at {now} with {at_most}");
                if is_in {
                    admitted.push(now);
                    prop_assert_eq!(log.wait(now, window, u64::MAX), 0);
                } else {
                    let wait = log.wait(now, window, u64::from(limit.requests()));
                    prop_assert!(wait > 0 && wait <= window, "{wait}");
                }
            }
        }
    }
}
