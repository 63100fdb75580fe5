//! What a backend needs for a whole application to stand on it.

use std::sync::Arc;

use diesel_migrations::EmbeddedMigrations;
use futures_core::future::BoxFuture;
use futures_util::{FutureExt, future};

use crate::db::{Pool, Pools};
use crate::error::TenancyError;
use crate::isolation::{Databases, IsolationError, Provision, Roles};
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

    #[doc(hidden)]
    fn registry(pool: Pool<Self>) -> Arc<dyn TenantStore>;

    #[doc(hidden)]
    fn registry_migrations() -> EmbeddedMigrations;
}
