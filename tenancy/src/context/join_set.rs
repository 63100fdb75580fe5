//! Tasks of a `JoinSet` that keep the tenant of the code that starts them.

use std::future::Future;

use tokio::task::{AbortHandle, JoinSet};

use crate::context::InTenant;
use crate::context::spawn::carried;

/// Starts tasks of a [`JoinSet`] in a scope, which its own methods do not.
///
/// For a tenant in hand: `set.spawn(future.in_tenant(&context))`, with [`InTenant`].
pub trait JoinSetExt<T>: sealed::JoinSet {
    /// [`JoinSet::spawn`] in the scope of the caller. Outside every scope the task is outside too.
    fn spawn_in_scope<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send;

    /// [`JoinSet::spawn_local`] in the scope of the caller: for futures that are not `Send`, on actix's workers.
    fn spawn_local_in_scope<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static;

    /// [`JoinSet::spawn_blocking`] in the scope of the caller.
    fn spawn_blocking_in_scope<F>(&mut self, work: F) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send;
}

impl<T: 'static> JoinSetExt<T> for JoinSet<T> {
    fn spawn_in_scope<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.spawn(future.in_current_scope())
    }

    fn spawn_local_in_scope<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        self.spawn_local(future.in_current_scope())
    }

    fn spawn_blocking_in_scope<F>(&mut self, work: F) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.spawn_blocking(carried(work))
    }
}

mod sealed {
    /// Tokio's own type and no other.
    pub trait JoinSet {}

    impl<T> JoinSet for tokio::task::JoinSet<T> {}
}
