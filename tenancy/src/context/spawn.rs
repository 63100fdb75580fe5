//! Tasks that keep the tenant of the code that starts them.

use std::future::Future;

use tokio::task::JoinHandle;

use crate::context::Current;

/// `tokio::spawn` in the scope of the caller. Outside every scope the task is outside too.
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    match Current::get() {
        Some(current) => tokio::spawn(current.scope(future)),
        None => tokio::spawn(future),
    }
}

/// `tokio::task::spawn_local` in the scope of the caller: for futures that are not `Send`, on actix's
/// workers.
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    match Current::get() {
        Some(current) => tokio::task::spawn_local(current.scope(future)),
        None => tokio::task::spawn_local(future),
    }
}

/// `tokio::task::spawn_blocking` in the scope of the caller.
pub fn spawn_blocking<F, R>(work: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    match Current::get() {
        Some(current) => tokio::task::spawn_blocking(move || current.sync_scope(work)),
        None => tokio::task::spawn_blocking(work),
    }
}
