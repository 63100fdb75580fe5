//! Moving a tenant between isolations.

mod steps;

use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use futures_core::future::BoxFuture;
use futures_util::FutureExt;

use self::steps::Move;
use crate::audit::Act;
use crate::config::Supported;
use crate::error::TenancyError;
use crate::isolation::{MoveOptions, RelocateError, Steps};
use crate::tenancy::Tenancy;
use crate::tenant::{Isolation, Tenant, TenantId};

/// How long the old place stays readable, unless the application says otherwise: longer than a request takes.
const GRACE: Duration = Duration::from_secs(30);
/// How long transactions that write may take to end, unless the application says otherwise.
const WAIT: Duration = Duration::from_secs(30);

impl<B: Supported> Tenancy<B> {
    /// Moves a tenant's rows to where this isolation keeps them. On PostgreSQL; elsewhere it is an error, and nothing is
    /// done.
    ///
    /// While they are copied the tenant's writes are held: each is refused at once with [`RelocateError::Held`], which is
    /// answered with 503 and `Retry-After`. Its reads go on, and other tenants' reads and writes. Each table is compared
    /// by the number of its rows and by a checksum; then the tenant's record says where it is from now on. Units of work
    /// that have read the old record read the old place for the time of [`grace`](Relocate::grace), and can write
    /// nothing there; then the old place is taken away, and this returns.
    ///
    /// The tables of `Tenancy::builder(…).tables(…)` go along. If the tenant has rows in another one that has a column of
    /// the same name as their tenant column, it is an error: they would stay behind. Of tables with another column nothing
    /// is known.
    ///
    /// Whatever fails before the record is changed leaves the tenant where it was. A process that ends at any moment leaves
    /// a mark in the tenant's record ([`Tenant::relocation`]): called again with the same isolation this goes on, called
    /// with the old one it takes the move back. It runs in a task of its own, to its end, whether the caller waits or not.
    ///
    /// Cost: none for requests of tenants that were never moved out of shared tables, if none was. Where one was, those
    /// tables have a trigger each for INSERT, UPDATE and DELETE whose condition names such tenants; the guide
    /// `docs/isolation.md` says what it costs a row. The move itself takes up to five connections of its own, and the time to
    /// write the rows once and to read them three times.
    ///
    /// # Errors
    ///
    /// `Store` if there is no such tenant; `Relocate`, which says what and for which tenant; `Isolation` and `Migrate` if
    /// the isolation cannot be had here, or its place cannot be migrated.
    pub fn relocate(&self, id: &TenantId, isolation: Isolation) -> Relocate<B> {
        let options = MoveOptions { grace: GRACE, wait: WAIT, leave: Vec::new(), steps: Steps::default() };
        Relocate { tenancy: self.clone(), id: id.clone(), isolation, options }
    }
}

/// A move of a tenant, begun when it is awaited. Made by [`Tenancy::relocate`].
#[must_use = "nothing moves until it is awaited"]
pub struct Relocate<B: Supported> {
    tenancy: Tenancy<B>,
    id: TenantId,
    isolation: Isolation,
    options: MoveOptions,
}

impl<B: Supported> Relocate<B> {
    /// How long the old place stays readable when the tenant has moved. Longer than the longest unit of work: one that
    /// takes longer finds its rows gone. Default: 30 seconds.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.options.grace = grace;
        self
    }

    /// How long transactions that are writing to a table may take to end before the move is given up. Default: 30
    /// seconds.
    pub fn wait(mut self, wait: Duration) -> Self {
        self.options.wait = wait;
        self
    }

    /// Leaves the tenant's rows of a table behind that is none of `tables(…)`: a global table in its own place, as a rule.
    /// They go with the place; in a table that tenants share they stay.
    pub fn leave(mut self, table: impl Into<String>) -> Self {
        self.options.leave.push(table.into());
        self
    }

    /// Told of each step when it is done.
    #[cfg(feature = "testing")]
    #[doc(hidden)]
    pub fn observe(mut self, observer: impl Fn(&'static str) + Send + Sync + 'static) -> Self {
        self.options.steps = Steps(Some(std::sync::Arc::new(observer)));
        self
    }
}

impl<B: Supported> IntoFuture for Relocate<B> {
    type Output = Result<Tenant, TenancyError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { tenancy, id, isolation, options } = self;
        async move {
            let tenant = id.clone();
            let act = Act::new(tenancy.audit(), "tenant.relocate", &id).detail("isolation", isolation);
            let work = async move { Move::run(&tenancy, &id, isolation, options).await };
            let task = tokio::spawn(act.run(work));
            task.await.map_err(|error| RelocateError::failed(&tenant, "move it to the end", error))?
        }
        .boxed()
    }
}

impl<B: Supported> fmt::Debug for Relocate<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relocate")
            .field("tenant", &self.id)
            .field("isolation", &self.isolation)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
