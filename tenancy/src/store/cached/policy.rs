//! How much is kept, and for how long.

use std::time::Duration;

/// Tenants; at about half a kilobyte each, five megabytes.
const CAPACITY: u64 = 10_000;
/// One query for a tenant in ten seconds and process is none; ten seconds are what a suspension may take elsewhere.
const KEPT: Duration = Duration::from_secs(10);
/// Long enough for a burst of the same wrong name, short for whoever has just registered elsewhere.
const ABSENT: Duration = Duration::from_secs(1);

/// How much a [`CachedStore`](super::CachedStore) keeps, and for how long.
///
/// ```
/// use std::time::Duration;
/// use tenancy::store::CachePolicy;
///
/// let policy = CachePolicy::default().capacity(50_000).kept(Duration::from_secs(30));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CachePolicy {
    pub(super) capacity: u64,
    pub(super) kept: Duration,
    pub(super) absent: Duration,
}

impl CachePolicy {
    /// How many tenants are kept. Default: 10,000. Names are kept beside them, twice as many. What is asked for most
    /// stays: names that nobody has do not drive tenants out.
    #[must_use]
    pub fn capacity(mut self, tenants: u64) -> Self {
        self.capacity = tenants;
        self
    }

    /// How long an active tenant is served as it was read. Default: 10 seconds. So long may a change by another process,
    /// a suspension too, take to be seen by this one.
    #[must_use]
    pub fn kept(mut self, time: Duration) -> Self {
        self.kept = time;
        self
    }

    /// How long a tenant that does not exist, or is not active, is not asked for again. Default: 1 second. Both are kept
    /// alike, since how fast the answer comes would tell one from the other.
    #[must_use]
    pub fn absent(mut self, time: Duration) -> Self {
        self.absent = time;
        self
    }

    /// What is wrong with it, in one sentence each.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.capacity == 0 {
            problems.push(
                "a cache of no tenants keeps nothing: give it a `capacity`, or leave it out".to_owned(),
            );
        }
        if self.kept.is_zero() {
            problems.push(
                "what is kept for no time is not kept: give `kept` a time, or leave the cache out".to_owned(),
            );
        }
        if self.kept > super::inner::LONGEST {
            problems
                .push("`kept` is longer than a year: give it a time after which a change is seen".to_owned());
        }
        if self.absent > self.kept {
            problems.push(
                "`absent` is longer than `kept`: what is not there would be believed for longer".to_owned(),
            );
        }
        problems
    }
}

impl Default for CachePolicy {
    fn default() -> Self {
        Self { capacity: CAPACITY, kept: KEPT, absent: ABSENT }
    }
}
