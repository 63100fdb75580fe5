//! A bb8 pool of sessions.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use bb8::{ManageConnection, PooledConnection, RunError};
use futures_util::future::{self, Either, FutureExt};
use tokio::sync::watch;

use super::backend::Backend;
use super::bound::Bound;
use super::session::Session;
use super::{ConnectionError, DatabaseUrl};

/// How large a pool is and how long a request waits for a connection of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PoolOptions {
    pub(crate) size: u32,
    pub(crate) wait: Duration,
}

/// Connections to one database. Cloning it gives the same pool.
pub struct Pool<B: Backend> {
    inner: bb8::Pool<Manager<B>>,
    failures: watch::Sender<Option<ConnectionError>>,
    what: String,
    wait: Duration,
}

impl<B: Backend> Pool<B> {
    /// Connects to nothing yet.
    pub(crate) fn new(url: DatabaseUrl, options: PoolOptions) -> Self {
        Self::bounded(url, options, None)
    }

    /// A pool whose connections count with those of others.
    pub(super) fn bounded(url: DatabaseUrl, options: PoolOptions, shared: Option<Shared>) -> Self {
        let what = url.what().to_owned();
        let failures = watch::Sender::new(None);
        let inner = bb8::Pool::builder()
            .max_size(options.size)
            .connection_timeout(options.wait)
            .retry_connection(false)
            .build_unchecked(Manager {
                url,
                wait: options.wait,
                shared,
                failures: failures.clone(),
                backend: std::marker::PhantomData,
            });
        Self { inner, failures, what, wait: options.wait }
    }

    /// A connection of the pool. Nothing is sent to the server unless a new one has to be opened.
    ///
    /// bb8 tells a caller that waits nothing of a connection that could not be opened, only that time is up.
    /// Where no connection is left that could become free, the reason is given at once instead.
    pub(crate) async fn get(&self) -> Result<PoolGuard<'static, B>, ConnectionError> {
        let mut failures = self.failures.subscribe();
        let mut get = std::pin::pin!(self.inner.get_owned());
        loop {
            let failed = std::pin::pin!(failures.changed());
            match future::select(get.as_mut(), failed).await {
                Either::Left((Ok(connection), _)) => return Ok(PoolGuard(connection)),
                Either::Left((Err(RunError::User(error)), _)) => return Err(error),
                Either::Left((Err(RunError::TimedOut), _)) => {
                    return Err(ConnectionError::Exhausted { what: self.what.clone(), waited: self.wait });
                }
                Either::Right(_) => {}
            }
            if self.inner.state().connections == 0
                && let Some(error) = self.failures.borrow().clone()
            {
                return Err(error);
            }
        }
    }

    /// Closes a connection that nobody uses, if there is one.
    pub(super) fn close_idle(&self) -> bool {
        if self.inner.state().idle_connections == 0 {
            return false;
        }
        // bb8 closes what comes back broken, and has no other way.
        match self.inner.get_owned().now_or_never() {
            Some(Ok(mut connection)) => {
                connection.taint();
                true
            }
            Some(Err(_)) | None => false,
        }
    }

    /// Whether a connection is in use.
    pub(crate) fn is_in_use(&self) -> bool {
        let state = self.inner.state();
        state.connections > state.idle_connections
    }
}

impl<B: Backend> Clone for Pool<B> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            failures: self.failures.clone(),
            what: self.what.clone(),
            wait: self.wait,
        }
    }
}

impl<B: Backend> fmt::Debug for Pool<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("what", &self.what).field("state", &self.inner.state()).finish()
    }
}

/// A connection taken from a pool; it goes back when this is dropped, if it is fit to.
pub(crate) struct PoolGuard<'a, B: Backend>(PooledConnection<'a, Manager<B>>);

impl<B: Backend> Deref for PoolGuard<'_, B> {
    type Target = Session<B>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<B: Backend> DerefMut for PoolGuard<'_, B> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<B: Backend> fmt::Debug for PoolGuard<'_, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// What a pool's connections count towards, and how one of another pool's makes room.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) bound: Bound,
    pub(super) close_idle: Arc<dyn Fn() -> bool + Send + Sync>,
}

/// Opens connections for bb8 and judges them without asking the server: a ping on each checkout costs a
/// third of the throughput.
struct Manager<B> {
    url: DatabaseUrl,
    wait: Duration,
    shared: Option<Shared>,
    failures: watch::Sender<Option<ConnectionError>>,
    backend: std::marker::PhantomData<B>,
}

impl<B: Backend> Manager<B> {
    async fn open(&self) -> Result<Session<B>, ConnectionError> {
        let place = match &self.shared {
            Some(shared) => Some(shared.bound.take(self.wait, || (shared.close_idle)()).await?),
            None => None,
        };
        let mut session = B::open(&self.url).await?;
        session.hold(place);
        Ok(session)
    }
}

impl<B: Backend> ManageConnection for Manager<B> {
    type Connection = Session<B>;
    type Error = ConnectionError;

    async fn connect(&self) -> Result<Self::Connection, Self::Error> {
        let connected = self.open().await;
        if let Err(error) = &connected {
            self.failures.send_replace(Some(error.clone()));
        }
        connected
    }

    async fn is_valid(&self, session: &mut Self::Connection) -> Result<(), Self::Error> {
        let idle = session.idle();
        match session.is_reusable() && B::still_open(session, idle).await {
            true => Ok(()),
            false => Err(self.url.unreachable(&"the connection was closed")),
        }
    }

    fn has_broken(&self, session: &mut Self::Connection) -> bool {
        session.rest();
        !session.is_reusable() || session.has_to_go()
    }
}
