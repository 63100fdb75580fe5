//! One fetch at a time, and not too often.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// Lets one fetch begin in each interval, and others wait for it.
#[derive(Debug, Default)]
pub(super) struct Flights(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    begun: Option<Instant>,
    /// Whether the last that has ended brought nothing, or has not ended.
    failed: bool,
    under_way: Option<watch::Receiver<()>>,
}

/// What a request that wants newer keys may do.
pub(super) enum Turn {
    /// Fetch them. The others wait until the sender is dropped.
    Fetch(watch::Sender<()>, watch::Receiver<()>),
    /// Wait for the fetch that is under way.
    Wait(watch::Receiver<()>),
    /// Do without: the issuer has been asked too lately.
    TooSoon,
}

impl Flights {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that is done under the lock can panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn turn(&self, interval: Duration) -> Turn {
        let mut state = self.state();
        // A sender that is gone has landed, or has gone down with the thread it was on.
        if let Some(landed) = state.under_way.as_ref().filter(|landed| landed.has_changed().is_ok()) {
            return Turn::Wait(landed.clone());
        }
        if state.begun.is_some_and(|begun| begun.elapsed() < interval) {
            return Turn::TooSoon;
        }
        let (fetching, landed) = watch::channel(());
        *state = State { begun: Some(Instant::now()), failed: true, under_way: Some(landed.clone()) };
        Turn::Fetch(fetching, landed)
    }

    pub(super) fn has_failed(&self) -> bool {
        self.state().failed
    }

    pub(super) fn succeeded(&self) {
        self.state().failed = false;
    }
}

/// Waits until the fetch has ended, well or not.
pub(super) async fn landed(mut under_way: watch::Receiver<()>) {
    // Nothing is ever sent: the sender goes.
    while under_way.changed().await.is_ok() {}
}
