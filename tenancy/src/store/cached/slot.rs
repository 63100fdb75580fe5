//! The place of one answer, which is asked for once however many wait for it.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::SetOnce;

use crate::store::StoreError;

/// Where an answer of the store comes to stand. It is in the cache before the store is asked: whoever changes a tenant
/// takes the slot out, and an answer that was on its way comes to stand in a slot that nobody finds any more.
pub(super) struct Slot<T> {
    is_begun: AtomicBool,
    answer: SetOnce<Answer<T>>,
}

/// What the store has said.
#[derive(Clone)]
pub(super) struct Answer<T> {
    /// When it was asked: what it says may be so old.
    pub(super) asked: Instant,
    pub(super) what: Result<Option<T>, StoreError>,
}

impl<T: Clone + Send + Sync + 'static> Slot<T> {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { is_begun: AtomicBool::new(false), answer: SetOnce::new() })
    }

    /// Whether what it says has become too old. An empty one is not.
    pub(super) fn is_past(&self, lasts: impl Fn(Option<&T>) -> Duration) -> bool {
        self.answer.get().is_some_and(|answer| match &answer.what {
            Ok(what) => answer.asked.elapsed() >= lasts(what.as_ref()),
            Err(_) => true,
        })
    }

    /// Whether the caller is the one who is to [`ask`](Self::ask) or [`set`](Self::set).
    pub(super) fn begin(&self) -> bool {
        !self.is_begun.load(Ordering::Acquire) && !self.is_begun.swap(true, Ordering::AcqRel)
    }

    /// Has a task ask. Nobody's answer waits for a future of somebody else to be polled, or ends with it.
    pub(super) fn ask(
        self: &Arc<Self>,
        ask: impl Future<Output = Result<Option<T>, StoreError>> + Send + 'static,
    ) {
        let asking = Asking { slot: Arc::clone(self), asked: Instant::now() };
        tokio::spawn(async move {
            let what = ask.await;
            asking.answer(what);
        });
    }

    pub(super) fn set(&self, answer: Answer<T>) {
        // Only the one who began does.
        let _ = self.answer.set(answer);
    }

    /// The answer, when it is there.
    pub(super) async fn answer(&self) -> Answer<T> {
        self.answer.wait().await.clone()
    }
}

/// Gives an error where the task ends without an answer: it panicked, or its runtime is gone.
struct Asking<T: Clone + Send + Sync + 'static> {
    slot: Arc<Slot<T>>,
    asked: Instant,
}

impl<T: Clone + Send + Sync + 'static> Asking<T> {
    fn answer(&self, what: Result<Option<T>, StoreError>) {
        self.slot.set(Answer { asked: self.asked, what });
    }
}

impl<T: Clone + Send + Sync + 'static> Drop for Asking<T> {
    fn drop(&mut self) {
        if self.slot.answer.get().is_none() {
            self.answer(Err(StoreError::unavailable("the task that asked it ended without an answer")));
        }
    }
}
