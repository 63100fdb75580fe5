//! The handle a request works with.

use std::fmt;

use diesel::QueryResult;
use diesel::query_builder::QueryId;

use super::backend::{Backend, DefaultBackend};
use super::pool::PoolGuard;
use super::share::Seat;
use crate::context::{Current, ScopeError, TenantContext};
use crate::query::{Form, Text};
use crate::tenant::{Isolation, Tenant};

/// A connection that works for the tenant in context.
///
/// It is a diesel-async connection: `load`, `execute`, `transaction` and the rest work on it. What it
/// sends is held to its tenant; outside the scope it was taken in it sends nothing. It comes from
/// [`Tenancy::db`](crate::Tenancy::db) or, behind the middleware, as a handler's argument, and goes back to
/// its pool when it is dropped.
///
/// SQL text (`sql_query`, `batch_execute`, a `sql` literal in a query) is refused unless it comes through
/// [`raw_sql`](crate::raw_sql), but where the database holds it: on PostgreSQL under the isolations other than
/// `column`. A connection that has run SQL text is not used again by another request.
///
/// Cost: a statement outside a transaction is one round trip to the server. The first time on a connection it is
/// one more. Behind a transaction pooler it is three, each time.
pub struct TenantDb<B: Backend = DefaultBackend> {
    pub(super) session: PoolGuard<'static, B>,
    pub(super) current: Current,
    /// Given back behind the connection.
    _seat: Option<Seat>,
}

impl<B: Backend> TenantDb<B> {
    pub(crate) fn new(session: PoolGuard<'static, B>, current: Current, seat: Option<Seat>) -> Self {
        Self { session, current, _seat: seat }
    }

    /// The tenant, or `None` inside `across_tenants`.
    pub fn tenant(&self) -> Option<&Tenant> {
        self.current.tenant().map(TenantContext::tenant)
    }

    /// How the tenant's rows are kept apart.
    pub fn isolation(&self) -> Option<Isolation> {
        self.current.tenant().map(TenantContext::isolation)
    }

    /// What is known of a statement of the type `Q`, if the handle may send it from the running task.
    pub(super) fn admit<Q: QueryId>(&mut self) -> QueryResult<Form> {
        self.in_scope()?;
        let form = Form::of::<Q>();
        match form.text {
            Text::No => {}
            Text::Bare => self.admit_text()?,
            Text::Reasoned => self.session.taint(),
        }
        self.session.ready()?;
        Ok(form)
    }

    /// Whether the handle may send SQL text from the running task.
    pub(super) fn admit_batch(&mut self) -> QueryResult<()> {
        self.in_scope()?;
        self.admit_text()?;
        self.session.ready()
    }

    pub(super) fn in_scope(&self) -> QueryResult<()> {
        if self.current.is_now() {
            return Ok(());
        }
        let used = Current::get().map_or_else(|| "no tenant".to_owned(), |current| current.describe());
        Err(refused(ScopeError::OtherHandle { taken: self.current.describe(), used }))
    }

    fn admit_text(&mut self) -> QueryResult<()> {
        let isolation = self.isolation().unwrap_or(Isolation::Column);
        if !B::holds_text(isolation) {
            return Err(refused(ScopeError::RawSql { isolation }));
        }
        self.session.taint();
        Ok(())
    }
}

fn refused(error: ScopeError) -> diesel::result::Error {
    diesel::result::Error::QueryBuilderError(Box::new(error))
}

impl<B: Backend> fmt::Debug for TenantDb<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantDb")
            .field("backend", &B::NAME)
            .field("scope", &self.current.describe())
            .finish_non_exhaustive()
    }
}
