//! What has been decided about a request.

use std::time::Duration;

use super::RateLimit;

/// What a store has decided about one request: it is admitted, and counts in every window, or it is not, and counts in
/// none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateDecision {
    admitted: bool,
    decided_at: Duration,
    windows: Vec<RateWindow>,
}

impl RateDecision {
    /// A decision, for a store of the application's own. `decided_at` is on the store's own clock.
    pub fn new(admitted: bool, decided_at: Duration, windows: Vec<RateWindow>) -> Self {
        Self { admitted, decided_at, windows }
    }

    /// Admitted, and counted nowhere.
    pub(super) fn uncounted() -> Self {
        Self::new(true, Duration::ZERO, Vec::new())
    }

    /// Whether the request may go on.
    pub fn is_admitted(&self) -> bool {
        self.admitted
    }

    /// When it was decided, by the clock of the store: of the Redis server, since 1970; in memory since the store was
    /// made.
    pub fn decided_at(&self) -> Duration {
        self.decided_at
    }

    /// Each limit and what is left of it, the shortest window first. None where the tenant has no limit, or the store
    /// could not be asked and the limiter lets requests through then.
    pub fn windows(&self) -> &[RateWindow] {
        &self.windows
    }

    /// How long to wait until a request would be within all limits, if nobody else comes first. `None` if it was
    /// admitted.
    pub fn retry_after(&self) -> Option<Duration> {
        if self.admitted {
            return None;
        }
        Some(self.windows.iter().map(|window| window.wait).max().unwrap_or_default())
    }
}

/// One limit, and what is left of it after the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateWindow {
    /// The limit.
    pub limit: RateLimit,
    /// How many requests count now. It may be more than the limit where that has been lowered meanwhile.
    pub used: u32,
    /// How long until the first of them counts no more.
    pub next: Duration,
    /// How long until one more would be within this limit; zero if it is now.
    pub wait: Duration,
}

impl RateWindow {
    /// How many more there may be now.
    pub fn remaining(&self) -> u32 {
        self.limit.requests().saturating_sub(self.used)
    }
}
