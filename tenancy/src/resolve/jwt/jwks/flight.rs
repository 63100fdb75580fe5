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
    /// The last one, which may be under way.
    last: Option<Flight>,
}

#[derive(Debug)]
struct Flight {
    begun: Instant,
    succeeded: bool,
    /// Whether the one before it has failed.
    follows_failure: bool,
    /// Its sender is gone when it has landed, or has gone down with the thread it was on.
    landed: watch::Receiver<()>,
}

impl Flight {
    fn is_under_way(&self) -> bool {
        self.landed.has_changed().is_ok()
    }

    fn failed(&self) -> bool {
        if self.is_under_way() { self.follows_failure } else { !self.succeeded }
    }
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
        if let Some(flight) = state.last.as_ref().filter(|flight| flight.is_under_way()) {
            return Turn::Wait(flight.landed.clone());
        }
        if state.last.as_ref().is_some_and(|flight| flight.begun.elapsed() < interval) {
            return Turn::TooSoon;
        }
        let follows_failure = state.last.as_ref().is_some_and(Flight::failed);
        let (fetching, landed) = watch::channel(());
        let under_way = landed.clone();
        state.last = Some(Flight { begun: Instant::now(), succeeded: false, follows_failure, landed });
        Turn::Fetch(fetching, under_way)
    }

    /// Whether the last that has ended brought nothing.
    pub(super) fn has_failed(&self) -> bool {
        self.state().last.as_ref().is_some_and(Flight::failed)
    }

    /// The one under way has brought keys.
    pub(super) fn succeeded(&self) {
        if let Some(flight) = &mut self.state().last {
            flight.succeeded = true;
        }
    }
}

/// Waits until the fetch has ended, well or not.
pub(super) async fn landed(mut under_way: watch::Receiver<()>) {
    // Nothing is ever sent: the sender goes.
    while under_way.changed().await.is_ok() {}
}
