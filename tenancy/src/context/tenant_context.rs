//! A tenant with its isolation: what a scope is entered with.

use std::future::Future;
use std::sync::Arc;

use crate::context::{Application, Current, ScopeError};
use crate::error::TenancyError;
use crate::tenant::{Isolation, Tenant, TenantKeys};

/// A tenant together with how its rows are kept apart. Cloning it copies one pointer.
///
/// `Tenancy::context` makes it; the middleware enters it around each request.
#[derive(Debug, Clone)]
pub struct TenantContext {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    application: Application,
    tenant: Tenant,
    isolation: Isolation,
    schema: String,
    keys: TenantKeys,
}

impl TenantContext {
    /// `schema` is the tenant's own PostgreSQL schema; it counts under [`Isolation::Schema`] alone.
    pub(crate) fn new(
        application: Application,
        tenant: Tenant,
        isolation: Isolation,
        schema: String,
    ) -> Self {
        let keys = TenantKeys::of(tenant.id());
        Self { inner: Arc::new(Inner { application, tenant, isolation, schema, keys }) }
    }

    /// Runs `future` for this tenant: every query built in it is this tenant's.
    ///
    /// Scopes nest; the outer one is back when the future is done, dropped or has panicked. A task
    /// started inside with a plain `tokio::spawn` is outside: start it with [`tenancy::spawn`].
    ///
    /// [`tenancy::spawn`]: crate::spawn
    pub fn scope<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        Current::Tenant(self).scope(future)
    }

    /// Runs `work` for this tenant, without a future: for code that only builds queries.
    pub fn sync_scope<R>(self, work: impl FnOnce() -> R) -> R {
        Current::Tenant(self).sync_scope(work)
    }

    /// The tenant of the running task.
    ///
    /// # Errors
    ///
    /// [`ScopeError::NoTenant`] outside every scope, [`ScopeError::Across`] inside `across_tenants`.
    pub fn current() -> Result<Self, TenancyError> {
        match Current::get() {
            Some(Current::Tenant(context)) => Ok(context),
            Some(Current::Across(reason)) => Err(ScopeError::Across { reason }.into()),
            None => Err(ScopeError::NoTenant { what: "this code".into() }.into()),
        }
    }

    /// The tenant of the running task, or `None` where there is not exactly one.
    pub fn try_current() -> Option<Self> {
        Current::get().and_then(|current| current.tenant().cloned())
    }

    /// The tenant.
    pub fn tenant(&self) -> &Tenant {
        &self.inner.tenant
    }

    /// How this tenant's rows are kept apart: its own isolation, or the application's.
    pub fn isolation(&self) -> Isolation {
        self.inner.isolation
    }

    /// The tenant's PostgreSQL schema, under [`Isolation::Schema`].
    pub fn schema(&self) -> Option<&str> {
        (self.inner.isolation == Isolation::Schema).then_some(&*self.inner.schema)
    }

    /// The application whose tenant this is.
    pub(crate) fn application(&self) -> Application {
        self.inner.application
    }

    /// The name this tenant's schema has or would have.
    pub(crate) fn schema_name(&self) -> &str {
        &self.inner.schema
    }

    /// The tenant's key in the types a tenant column may have.
    pub(crate) fn keys(&self) -> &TenantKeys {
        &self.inner.keys
    }

    /// Whether both reach the same rows. Two copies of a tenant read at different times do.
    pub(crate) fn same_place(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
            || (self.inner.application == other.inner.application
                && self.inner.tenant.id() == other.inner.tenant.id()
                && self.inner.isolation == other.inner.isolation
                && self.inner.schema == other.inner.schema)
    }
}
