//! What SQLite makes of the settings.

use std::sync::Arc;

use diesel_migrations::EmbeddedMigrations;
use futures_core::future::BoxFuture;
use futures_util::{FutureExt, future};

use super::supported::Supported;
use crate::db::{Pool, Pools, Sqlite};
use crate::isolation::{Databases, IsolationError, Roles};
use crate::store::{SqlStore, TenantStore};
use crate::tenant::Isolation;

impl Supported for Sqlite {
    fn check_url(url: &str) -> Result<(), String> {
        if url.is_empty() {
            return Err("it is empty: give the path of a file".to_owned());
        }
        if url.contains(":memory:") || url.contains("mode=memory") {
            return Err("each connection of a pool would have a memory of its own: give the path of a file"
                .to_owned());
        }
        Ok(())
    }

    fn check_databases(setting: Option<&str>, isolation: Isolation) -> Result<(), String> {
        match (setting, isolation) {
            (Some(""), _) => Err("it is empty: give the directory of tenants' files".to_owned()),
            (None, Isolation::Database) => {
                Err("`database` isolation needs the directory of tenants' files".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn databases(setting: Option<String>) -> Option<Databases> {
        setting.map(|directory| Databases::Directory(directory.into()))
    }

    fn roles(_: &Pools<Self>) -> BoxFuture<'_, Result<Option<Roles>, IsolationError>> {
        future::ready(Ok(None)).boxed()
    }

    fn registry(pool: Pool<Self>) -> Arc<dyn TenantStore> {
        Arc::new(SqlStore::new(pool))
    }

    fn registry_migrations() -> EmbeddedMigrations {
        crate::store::sqlite_registry_migrations()
    }
}
