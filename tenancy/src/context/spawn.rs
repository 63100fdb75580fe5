//! Tasks that keep the tenant of the code that starts them.

use std::future::Future;

use tokio::task::JoinHandle;

use crate::context::InTenant;
use crate::context::entered::Entered;

/// `tokio::spawn` in the scope of the caller. Outside every scope the task is outside too.
///
/// What is kept in the scope's [`RequestContext`](crate::RequestContext) is copied. A `tracing` span is not taken
/// along, as `tokio::spawn` takes none.
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(future.in_current_scope())
}

/// `tokio::task::spawn_local` in the scope of the caller: for futures that are not `Send`, on actix's
/// workers. Otherwise as [`spawn`].
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    tokio::task::spawn_local(future.in_current_scope())
}

/// `tokio::task::spawn_blocking` in the scope of the caller. Otherwise as [`spawn`].
pub fn spawn_blocking<F, R>(work: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    tokio::task::spawn_blocking(carried(work))
}

/// The work in the scope of the caller, wherever it is done.
pub(super) fn carried<R>(work: impl FnOnce() -> R) -> impl FnOnce() -> R {
    let entered = Entered::copied();
    move || entered.sync_scope(work)
}
