//! A connection and what we have to remember about it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use diesel::QueryResult;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::pooled_connection::PoolableConnection;
use diesel_async::{AsyncConnection, TransactionManager};

use super::backend::sealed::Driver;
use super::bound::Place;
#[cfg(feature = "postgres")]
use super::prepared::Prepared;
#[cfg(feature = "postgres")]
use super::watched::OpenRows;

/// A pooled connection. It goes back to the pool only if [`is_reusable`](Self::is_reusable).
pub struct Session<B: Driver> {
    pub(super) connection: B::Connection,
    busy: Busy,
    #[cfg(feature = "mysql")]
    doubtful: Busy,
    #[cfg(feature = "postgres")]
    open_rows: OpenRows,
    tainted: bool,
    /// What it holds of the bound on connections to tenants' own databases.
    place: Option<Place>,
    /// When it was opened, or last given back.
    rests_since: Instant,
    #[cfg(feature = "postgres")]
    pub(super) prepared: Prepared,
    /// What its requests are told of the tenant, where they can be.
    #[cfg(feature = "postgres")]
    pub(super) line: Option<super::wire::Line>,
}

/// A flag, raised while a statement is under way. A future that is dropped halfway leaves it raised.
#[derive(Debug, Clone, Default)]
pub(super) struct Busy(Arc<AtomicBool>);

impl Busy {
    pub(super) fn raise(&self) {
        self.0.store(true, Ordering::Release);
    }

    pub(super) fn lower(&self) {
        self.0.store(false, Ordering::Release);
    }

    pub(super) fn is_raised(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl<B: Driver> Session<B> {
    pub(super) fn new(connection: B::Connection) -> Self {
        Self {
            connection,
            busy: Busy::default(),
            #[cfg(feature = "mysql")]
            doubtful: Busy::default(),
            #[cfg(feature = "postgres")]
            open_rows: OpenRows::default(),
            tainted: false,
            place: None,
            rests_since: Instant::now(),
            #[cfg(feature = "postgres")]
            prepared: Prepared::default(),
            #[cfg(feature = "postgres")]
            line: None,
        }
    }

    /// Notes what it holds of the bound.
    pub(super) fn hold(&mut self, place: Option<Place>) {
        self.place = place;
    }

    pub(super) fn busy(&self) -> Busy {
        self.busy.clone()
    }

    /// Raised after an error that may have been the connection's own.
    #[cfg(feature = "mysql")]
    pub(super) fn doubtful(&self) -> Busy {
        self.doubtful.clone()
    }

    #[cfg(feature = "postgres")]
    pub(super) fn open_rows(&self) -> OpenRows {
        self.open_rows.clone()
    }

    /// Has the next requests sent as they are.
    #[cfg(feature = "postgres")]
    pub(super) fn tell_nothing(&self) {
        if let Some(line) = &self.line {
            line.tell_nothing();
        }
    }

    /// Notes that nobody uses the connection from now on.
    pub(super) fn rest(&mut self) {
        self.rests_since = Instant::now();
    }

    /// How long nobody has used it.
    pub(super) fn idle(&self) -> Duration {
        self.rests_since.elapsed()
    }

    /// The connection, for a room that speaks SQL of its own.
    pub(crate) fn connection(&mut self) -> &mut B::Connection {
        &mut self.connection
    }

    /// Refuses what follows a statement whose future was dropped: nobody knows how far that one got.
    pub(super) fn ready(&self) -> QueryResult<()> {
        if self.busy.is_raised() {
            return Err(Error::DatabaseError(
                DatabaseErrorKind::UnableToSendCommand,
                Box::new(
                    "an earlier statement on this `TenantDb` was dropped before it finished: take a new one"
                        .to_owned(),
                ),
            ));
        }
        Ok(())
    }

    /// Whether the server's connection is another one after each transaction.
    #[cfg(feature = "postgres")]
    pub(super) fn is_pooled(&self) -> bool {
        self.prepared.is_pooled()
    }

    /// Whether it has to close, for somebody waits for its place.
    pub(super) fn has_to_go(&self) -> bool {
        self.place.as_ref().is_some_and(Place::is_wanted)
    }

    /// Keeps the connection from going back to the pool: SQL we cannot see into may have changed it.
    pub(super) fn taint(&mut self) {
        self.tainted = true;
    }

    /// Notes that the statement cache is not going to be what it was, if there can be one.
    pub(super) fn lose_prepared(&mut self) -> bool {
        #[cfg(feature = "postgres")]
        {
            self.prepared.lose();
            !self.is_pooled()
        }
        #[cfg(not(feature = "postgres"))]
        true
    }

    /// Whether a transaction is open, or nobody knows. diesel-async's own check lets a test transaction pass,
    /// which is one all the same.
    pub(super) fn is_in_transaction(&mut self) -> bool {
        type Manager<B> = <<B as Driver>::Connection as AsyncConnection>::TransactionManager;
        let status = Manager::<B>::transaction_manager_status_mut(&mut self.connection);
        !matches!(status.transaction_depth(), Ok(None))
    }

    /// Whether another request may have this connection.
    pub(super) fn is_reusable(&mut self) -> bool {
        #[cfg(feature = "postgres")]
        if self.open_rows.is_any() || self.prepared.is_spoilt() {
            return false;
        }
        // The order matters: a connection that is busy must not be asked anything.
        !self.busy.is_raised()
            && !self.tainted
            && !std::thread::panicking()
            && !PoolableConnection::is_broken(&mut self.connection)
            && !self.is_in_transaction()
            && !B::is_closed(&mut self.connection)
    }
}

impl<B: Driver> fmt::Debug for Session<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("backend", &B::NAME)
            .field("tainted", &self.tainted)
            .finish_non_exhaustive()
    }
}
