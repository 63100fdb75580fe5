//! Making a tenant's place and taking it away.

#[cfg(any(feature = "mysql", feature = "postgres"))]
use std::fmt;

use futures_core::future::BoxFuture;
use futures_util::{FutureExt, future};

use super::error::IsolationError;
use super::layout::{Databases, Layout};
use super::place::Place;
use super::relocate::{MoveOptions, Mover, RelocateError};
use super::rows;
use crate::context::TenantContext;
use crate::db::{Backend, DatabaseUrl, Pools};
use crate::tenant::{Isolation, TenantId};

/// A backend on which tenants can be given places. Sealed, as [`Backend`] is.
pub trait Provision: Backend {
    #[doc(hidden)]
    fn supports(isolation: Isolation) -> Result<(), IsolationError>;

    #[doc(hidden)]
    fn database_url(
        databases: &Databases,
        base: &DatabaseUrl,
        id: &TenantId,
        what: String,
    ) -> Result<DatabaseUrl, IsolationError>;

    #[doc(hidden)]
    fn create_schema<'a>(
        layout: &'a Layout,
        pools: &'a Pools<Self>,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>>;

    #[doc(hidden)]
    fn drop_schema<'a>(
        pools: &'a Pools<Self>,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>>;

    #[doc(hidden)]
    fn create_database<'a>(
        layout: &'a Layout,
        pools: &'a Pools<Self>,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>>;

    #[doc(hidden)]
    fn drop_database<'a>(
        layout: &'a Layout,
        pools: &'a Pools<Self>,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>>;

    #[doc(hidden)]
    fn delete_rows<'a>(
        layout: &'a Layout,
        pools: &'a Pools<Self>,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>>;

    /// Prepares a connection that is used for this place alone, and locks the place against another runner
    /// of migrations until it is closed.
    #[doc(hidden)]
    fn enter_place(connection: &mut Self::SyncConnection, place: &Place) -> Result<(), IsolationError>;

    /// Takes the database at the tenant's own address for this tenant, unless it is another's.
    #[doc(hidden)]
    fn claim_database<'a>(
        layout: &'a Layout,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>>;

    /// Takes the mark away again. Whatever else is in the database is left: it is not ours.
    #[doc(hidden)]
    fn unclaim_database<'a>(
        layout: &'a Layout,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>>;

    /// Begins to move the tenant, if nobody else does.
    #[doc(hidden)]
    fn mover<'a>(
        layout: &'a Layout,
        pools: &'a Pools<Self>,
        tenant: &'a TenantId,
        options: MoveOptions,
    ) -> BoxFuture<'a, Result<Box<dyn Mover + 'a>, RelocateError>> {
        let _ = (layout, pools, tenant, options);
        future::ready(Err(RelocateError::Unsupported { backend: Self::NAME })).boxed()
    }
}

/// What [`provision`] has made, and [`destroy`] may therefore take away again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    /// Nothing: the tenant's rows go where others' are.
    Nothing,
    /// A mark in a database that the tenant brought along.
    Claim,
    /// A schema or a database.
    Place,
}

/// Makes the tenant's place. On an error nothing has been made.
pub(crate) async fn provision<B: Provision>(
    layout: &Layout,
    pools: &Pools<B>,
    context: &TenantContext,
) -> Result<Made, IsolationError> {
    layout.supports::<B>(context)?;
    match context.isolation() {
        Isolation::Column | Isolation::Rls => Ok(Made::Nothing),
        Isolation::Schema => B::create_schema(layout, pools, context).await.map(|()| Made::Place),
        Isolation::Database if context.tenant().database_url().is_some() => {
            B::claim_database(layout, context).await.map(|()| Made::Claim)
        }
        Isolation::Database => B::create_database(layout, pools, context).await.map(|()| Made::Place),
    }
}

/// Destroys everything of the tenant's. What is gone already is no error. A database that the tenant
/// brought along is left as it is: it is not ours.
pub(crate) async fn destroy<B: Provision>(
    layout: &Layout,
    pools: &Pools<B>,
    context: &TenantContext,
) -> Result<(), IsolationError> {
    match context.isolation() {
        Isolation::Column | Isolation::Rls => {
            if layout.tables.is_empty() {
                return Err(IsolationError::NoTables { isolation: context.isolation() });
            }
            B::delete_rows(layout, pools, context).await
        }
        Isolation::Schema => B::drop_schema(pools, context).await,
        Isolation::Database => {
            pools.forget(context.tenant().id());
            match context.tenant().database_url() {
                Some(_) => Ok(()),
                None => B::drop_database(layout, pools, context).await,
            }
        }
    }
}

/// Turns the driver's errors into ours, with what was being done.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(super) fn refused<E: fmt::Display>(verb: &str) -> impl FnOnce(E) -> IsolationError + '_ {
    move |error| IsolationError::refused(verb, error)
}

pub(super) use rows::delete_rows;
