//! The place of one answer, which is asked for once however many wait for it.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::OnceCell;

use crate::store::StoreError;

/// Where an answer of the store comes to stand. It is in the cache before the store is asked: whoever changes a tenant
/// takes the slot out, and an answer that was on its way comes to stand in a slot that nobody finds any more.
pub(super) struct Slot<T>(OnceCell<Answer<T>>);

struct Answer<T> {
    came: Instant,
    what: Result<Option<T>, StoreError>,
}

/// What a slot says.
pub(super) enum Said<T> {
    /// It was there, or somebody else has asked.
    Known(Option<T>),
    /// This call has asked the store.
    Asked(Option<T>),
}

impl<T> Said<T> {
    pub(super) fn into_inner(self) -> Option<T> {
        match self {
            Self::Known(what) | Self::Asked(what) => what,
        }
    }
}

impl<T: Clone> Slot<T> {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(OnceCell::new()))
    }

    /// Whether what it says has become too old. An empty one is not.
    pub(super) fn is_past(&self, lasts: impl Fn(Option<&T>) -> Duration) -> bool {
        self.0.get().is_some_and(|answer| match &answer.what {
            Ok(what) => answer.came.elapsed() >= lasts(what.as_ref()),
            Err(_) => true,
        })
    }

    /// The answer. Of all who wait for it one asks; where that one is dropped, the next does.
    ///
    /// # Errors
    /// The store's, for all who have waited.
    pub(super) async fn fill(
        &self,
        ask: impl Future<Output = Result<Option<T>, StoreError>>,
    ) -> Result<Said<T>, StoreError> {
        let mut asked = false;
        let ask = async {
            asked = true;
            // What is being asked for now is as old as the question.
            let came = Instant::now();
            Answer { came, what: ask.await }
        };
        let answer = self.0.get_or_init(|| ask).await;
        let what = answer.what.clone()?;
        Ok(if asked { Said::Asked(what) } else { Said::Known(what) })
    }
}
