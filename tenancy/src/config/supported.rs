//! What a backend needs for a whole application to stand on it.

use std::sync::Arc;

use diesel_migrations::EmbeddedMigrations;
use futures_core::future::BoxFuture;
use futures_util::{FutureExt, future};

use crate::db::{DatabaseUrl, Pool, Pools};
use crate::error::TenancyError;
use crate::isolation::inspect::{Inspect, Report};
use crate::isolation::{Databases, IsolationError, Layout, Provision, Roles};
#[cfg(feature = "limit")]
use crate::limit::QuotaStore;
use crate::query::TableInfo;
use crate::store::TenantStore;
use crate::tenant::Isolation;

/// A backend with everything: connections, places for tenants, and the registry's tables. Sealed, as
/// [`Backend`](crate::Backend) is.
pub trait Supported: Provision {
    /// Whether an address can be one of this backend's, without connecting.
    #[doc(hidden)]
    fn check_url(url: &str) -> Result<(), String>;

    /// Whether tenants' own databases can be where the setting says.
    #[doc(hidden)]
    fn check_databases(setting: Option<&str>, isolation: Isolation) -> Result<(), String>;

    #[doc(hidden)]
    fn databases(setting: Option<String>) -> Option<Databases>;

    /// Who the application is to the database; `None` where there are no roles.
    #[doc(hidden)]
    fn roles(pools: &Pools<Self>) -> BoxFuture<'_, Result<Option<Roles>, IsolationError>>;

    /// What stands against a pooler between the application and this address, if there is one.
    #[doc(hidden)]
    fn pooler_before(url: &DatabaseUrl) -> BoxFuture<'_, Option<String>> {
        let _ = url;
        future::ready(None).boxed()
    }

    /// The same for the administrative address, which must not lead through one.
    #[doc(hidden)]
    fn pooler_before_administration(url: &DatabaseUrl) -> BoxFuture<'_, Option<String>> {
        let _ = url;
        future::ready(None).boxed()
    }

    /// What is wrong with tenants' tables that are there already, in the place that tenants share. One problem a
    /// sentence.
    #[doc(hidden)]
    fn check_tables<'a>(
        pools: &'a Pools<Self>,
        tables: &'a [TableInfo],
    ) -> BoxFuture<'a, Result<Vec<String>, TenancyError>> {
        let _ = (pools, tables);
        future::ready(Ok(Vec::new())).boxed()
    }

    /// What becomes of gaps in the walls where the application does not say.
    #[doc(hidden)]
    fn inspect_by_default(isolation: Isolation) -> Inspect {
        let _ = isolation;
        Inspect::Off
    }

    /// Looks for gaps in the walls of the application's database.
    #[doc(hidden)]
    fn inspect(layout: &Layout) -> BoxFuture<'_, Result<Report, IsolationError>> {
        let _ = layout;
        let reason = format!("{} has no policies and no catalogue of them; PostgreSQL has", Self::NAME);
        future::ready(Err(IsolationError::refused("inspect the database", reason))).boxed()
    }

    /// Whether there is something to inspect.
    #[doc(hidden)]
    const INSPECTS: bool = false;

    #[doc(hidden)]
    fn registry(pool: Pool<Self>) -> Arc<dyn TenantStore>;

    #[cfg(feature = "limit")]
    #[doc(hidden)]
    fn quotas(pool: Pool<Self>) -> Arc<dyn QuotaStore>;

    #[doc(hidden)]
    fn registry_migrations() -> EmbeddedMigrations;
}
