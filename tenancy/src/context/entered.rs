//! The task-local itself: a scope that has been entered.

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;

use tokio::task::futures::TaskLocalFuture;

use crate::context::{Current, RequestContext};

tokio::task_local! {
    /// The innermost scope of the running task.
    pub(super) static ENTERED: Entered;
}

/// A scope that has been entered, with what is kept in it. Entering another begins with nothing kept.
#[derive(Debug, Clone)]
pub(super) struct Entered {
    /// `None` for code that was taken along from outside every scope: it is outside wherever it is polled.
    current: Option<Current>,
    /// Made when it is first asked for: most scopes keep nothing.
    values: OnceLock<RequestContext>,
}

impl Entered {
    pub(super) fn new(current: Current) -> Self {
        Self { current: Some(current), values: OnceLock::new() }
    }

    /// Outside every scope.
    pub(super) fn outside() -> Self {
        Self { current: None, values: OnceLock::new() }
    }

    /// That of the running task, for a task of its own: what is kept in it afterwards, on either side, is not seen on
    /// the other.
    pub(super) fn copied() -> Self {
        let copy = |entered: &Self| {
            let values = entered.values.get().map(RequestContext::snapshot);
            Self {
                current: entered.current.clone(),
                values: values.map_or_else(OnceLock::new, OnceLock::from),
            }
        };
        ENTERED.try_with(copy).unwrap_or_else(|_| Self::outside())
    }

    pub(super) fn current(&self) -> Option<&Current> {
        self.current.as_ref()
    }

    /// What is kept in it; `None` outside every scope.
    pub(super) fn values(&self) -> Option<&RequestContext> {
        self.current.as_ref().map(|_| self.values.get_or_init(RequestContext::default))
    }

    /// Runs `future` in this scope; the outer scope is back at every point where it is not polled.
    pub(super) fn scope<F: Future>(self, future: F) -> TaskLocalFuture<Self, F> {
        ENTERED.scope(self, future)
    }

    /// Runs `work` in this scope.
    pub(super) fn sync_scope<R>(self, work: impl FnOnce() -> R) -> R {
        ENTERED.sync_scope(self, work)
    }

    /// Runs `work` in the scope that is lent. It comes back with what was kept in it, also when `work` panics.
    pub(super) fn lend<R>(lent: &mut Self, work: impl FnOnce() -> R) -> R {
        struct Back<'a>(&'a mut Entered);
        impl Drop for Back<'_> {
            fn drop(&mut self) {
                // Whatever was entered inside has been left.
                if let Ok(entered) = ENTERED.try_with(Clone::clone) {
                    *self.0 = entered;
                }
            }
        }
        lent.clone().sync_scope(|| {
            let _back = Back(lent);
            work()
        })
    }

    /// Drops what is in `slot` in this scope; outside every scope, where the thread is ending and has none any more.
    pub(super) fn drop_inside<T>(self, slot: Pin<&mut Option<T>>) {
        struct Emptied<'a, T>(Pin<&'a mut Option<T>>);
        impl<T> Drop for Emptied<'_, T> {
            fn drop(&mut self) {
                self.0.set(None);
            }
        }
        let emptied = Emptied(slot);
        // Never polled: a future is dropped in its scope together with what it holds, and without a panic.
        drop(self.scope(async move { drop(emptied) }));
    }
}
