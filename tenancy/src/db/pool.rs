//! A bb8 pool of sessions.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use bb8::{ManageConnection, PooledConnection, RunError};

use super::backend::Backend;
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
    what: String,
    wait: Duration,
}

impl<B: Backend> Pool<B> {
    /// Connects to nothing yet.
    pub(crate) fn new(url: DatabaseUrl, options: PoolOptions) -> Self {
        let what = url.what().to_owned();
        let inner = bb8::Pool::builder()
            .max_size(options.size)
            .connection_timeout(options.wait)
            // A server that is down is told at once, with the reason, and not as a pool that is full.
            .retry_connection(false)
            .build_unchecked(Manager { url, backend: std::marker::PhantomData });
        Self { inner, what, wait: options.wait }
    }

    /// A connection of the pool. Nothing is sent to the server unless a new one has to be opened.
    pub(crate) async fn get(&self) -> Result<PoolGuard<'static, B>, ConnectionError> {
        self.inner.get_owned().await.map(PoolGuard).map_err(|error| match error {
            RunError::User(error) => error,
            RunError::TimedOut => ConnectionError::Exhausted { what: self.what.clone(), waited: self.wait },
        })
    }

    /// Whether a connection is in use.
    pub(crate) fn is_in_use(&self) -> bool {
        let state = self.inner.state();
        state.connections > state.idle_connections
    }
}

impl<B: Backend> Clone for Pool<B> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), what: self.what.clone(), wait: self.wait }
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

/// Opens connections for bb8 and judges them without asking the server: a ping on each checkout costs a
/// third of the throughput.
struct Manager<B> {
    url: DatabaseUrl,
    backend: std::marker::PhantomData<B>,
}

impl<B: Backend> ManageConnection for Manager<B> {
    type Connection = Session<B>;
    type Error = ConnectionError;

    async fn connect(&self) -> Result<Self::Connection, Self::Error> {
        B::connect(&self.url).await.map(Session::new)
    }

    async fn is_valid(&self, session: &mut Self::Connection) -> Result<(), Self::Error> {
        match session.is_reusable() {
            true => Ok(()),
            false => Err(self.url.unreachable(&"the connection was closed")),
        }
    }

    fn has_broken(&self, session: &mut Self::Connection) -> bool {
        !session.is_reusable()
    }
}
