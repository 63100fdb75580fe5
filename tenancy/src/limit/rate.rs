//! Limits: so many requests in any window of so long.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

/// The longest window, in seconds: 31 days.
const LONGEST: u32 = 31 * 24 * 60 * 60;
/// How many windows a request may be counted in.
const MOST: usize = 8;
/// Up to this limit each request's own time is kept. Above, requests of one thousandth of the window share a time.
const EXACT: u32 = 1_000;
/// Into how many parts a window is divided above it.
const GRAINS: u64 = 1_000;

/// So many requests in any window of so many seconds.
///
/// The window slides: at no time are there more requests in the seconds before. Up to 1,000 requests are counted to the
/// microsecond; above that a request may stay counted for up to a thousandth of the window longer, and never shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RateLimit {
    // In this order, so that shorter windows come first.
    seconds: u32,
    requests: u32,
}

impl RateLimit {
    /// So many requests in any `seconds`: 1 to 31 days' worth.
    pub const fn new(requests: u32, seconds: u32) -> Self {
        Self { seconds, requests }
    }

    /// So many requests in any second.
    pub const fn per_second(requests: u32) -> Self {
        Self::new(requests, 1)
    }

    /// So many requests in any minute.
    pub const fn per_minute(requests: u32) -> Self {
        Self::new(requests, 60)
    }

    /// So many requests in any hour.
    pub const fn per_hour(requests: u32) -> Self {
        Self::new(requests, 60 * 60)
    }

    /// So many requests in any 24 hours.
    pub const fn per_day(requests: u32) -> Self {
        Self::new(requests, 24 * 60 * 60)
    }

    /// How many requests.
    pub const fn requests(self) -> u32 {
        self.requests
    }

    /// In how many seconds.
    pub const fn seconds(self) -> u32 {
        self.seconds
    }

    /// In how long.
    pub const fn window(self) -> Duration {
        Duration::from_secs(self.seconds as u64)
    }

    pub(super) const fn window_micros(self) -> u64 {
        self.seconds as u64 * 1_000_000
    }

    /// Requests that fall into one stretch of so many microseconds may share a time, the last one's; 0 where none may.
    pub(super) const fn grain_micros(self) -> u64 {
        if self.requests <= EXACT { 0 } else { self.window_micros() / GRAINS }
    }

    fn problem(self) -> Option<String> {
        if self.requests == 0 {
            return Some(format!("{self} lets nobody in: suspend the tenant instead, or allow at least 1"));
        }
        if self.seconds == 0 || self.seconds > LONGEST {
            return Some(format!("{self} has no window: give 1 to {LONGEST} seconds"));
        }
        None
    }
}

impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} per {} s", self.requests, self.seconds)
    }
}

/// Limits that hold together: a request has to be within all of them, and counts in all or in none. The shortest window
/// is first. Cloning copies a pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimits(Arc<[RateLimit]>);

impl RateLimits {
    /// Limits of different windows: one to eight of them.
    ///
    /// # Errors
    /// [`RateLimitError::Config`](super::RateLimitError::Config) with everything that is wrong with them.
    pub fn new(limits: impl IntoIterator<Item = RateLimit>) -> Result<Self, super::RateLimitError> {
        Self::checked(limits).map_err(|problems| super::RateLimitError::Config { problems })
    }

    pub(super) fn checked(limits: impl IntoIterator<Item = RateLimit>) -> Result<Self, Vec<String>> {
        let mut limits: Vec<RateLimit> = limits.into_iter().collect();
        limits.sort_unstable();
        let mut problems: Vec<String> = limits.iter().filter_map(|limit| limit.problem()).collect();
        if limits.is_empty() {
            problems.push("there is no limit: give at least one".to_owned());
        }
        if limits.len() > MOST {
            problems.push(format!("there are {} limits: give {MOST} at most", limits.len()));
        }
        for pair in limits.windows(2) {
            if let [one, other] = pair
                && one.seconds == other.seconds
            {
                problems.push(format!("{one} and {other} are of one window: leave the larger out"));
            }
        }
        if problems.is_empty() { Ok(Self(limits.into())) } else { Err(problems) }
    }

    /// A tenant's own, which the settings have checked already.
    pub(super) fn per_minute(requests: u32) -> Self {
        Self(Arc::new([RateLimit::per_minute(requests)]))
    }
}

impl Deref for RateLimits {
    type Target = [RateLimit];

    fn deref(&self) -> &[RateLimit] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn limits_are_in_the_order_of_their_windows() {
        let limits = RateLimits::new([RateLimit::per_minute(20), RateLimit::per_second(100)]).unwrap();
        assert_eq!(*limits, [RateLimit::per_second(100), RateLimit::per_minute(20)]);
    }

    #[test]
    fn every_problem_is_named_at_once() {
        let bad = [
            RateLimit::per_second(0),
            RateLimit::new(5, 0),
            RateLimit::new(5, LONGEST + 1),
            RateLimit::per_minute(5),
            RateLimit::per_minute(6),
        ];
        let problems = RateLimits::checked(bad).unwrap_err();
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert!(problems.iter().any(|problem| problem.contains("5 per 60 s and 6 per 60 s")), "{problems:?}");
        assert_eq!(RateLimits::checked([]).unwrap_err().len(), 1);
        let nine = (1..=9).map(|seconds| RateLimit::new(1, seconds));
        assert!(RateLimits::new(nine).unwrap_err().to_string().contains("8 at most"));
        assert!(RateLimits::new([RateLimit::new(u32::MAX, LONGEST)]).is_ok());
    }

    #[test]
    fn up_to_a_thousand_every_request_has_its_own_time() {
        assert_eq!(RateLimit::per_second(1_000).grain_micros(), 0);
        assert_eq!(RateLimit::per_second(1_001).grain_micros(), 1_000);
        assert_eq!(RateLimit::per_minute(u32::MAX).grain_micros(), 60_000);
    }
}
