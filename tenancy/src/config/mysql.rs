//! What MySQL makes of the settings.

use std::sync::Arc;

use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use diesel_migrations::EmbeddedMigrations;
use futures_core::future::BoxFuture;
use futures_util::FutureExt;

use super::supported::Supported;
use super::{mysql_columns, named};
use crate::db::{Mysql, Pool, Pools};
use crate::error::TenancyError;
use crate::isolation::{Databases, IsolationError, Role, Roles};
#[cfg(feature = "limit")]
use crate::limit::{QuotaStore, SqlQuotaStore};
use crate::query::TableInfo;
use crate::store::{SqlStore, TenantStore};
use crate::tenant::Isolation;

/// The longest name of a database, in bytes.
const LONGEST: usize = 64;

impl Supported for Mysql {
    fn check_url(url: &str) -> Result<(), String> {
        // The parser's message is about its grammar; the address itself must not be repeated.
        let parsed = url::Url::parse(url).map_err(|error| {
            format!("it is no address ({error}): write mysql://user:password@host/database")
        })?;
        if parsed.scheme() != "mysql" {
            let scheme = parsed.scheme();
            return Err(format!("its scheme is `{scheme}`, and a MySQL address begins with mysql://"));
        }
        if parsed.path().trim_start_matches('/').is_empty() {
            return Err("it names no database: write mysql://user:password@host/database".to_owned());
        }
        Ok(())
    }

    fn check_databases(setting: Option<&str>, _: Isolation) -> Result<(), String> {
        named::check(setting, "MySQL", LONGEST)
    }

    fn databases(setting: Option<String>) -> Option<Databases> {
        Some(named::databases(setting))
    }

    fn roles(pools: &Pools<Self>) -> BoxFuture<'_, Result<Option<Roles>, IsolationError>> {
        async move {
            Ok(Some(Roles { application: role(pools.shared()).await?, admin: role(pools.admin()).await? }))
        }
        .boxed()
    }

    fn check_tables<'a>(
        pools: &'a Pools<Self>,
        tables: &'a [TableInfo],
    ) -> BoxFuture<'a, Result<Vec<String>, TenancyError>> {
        async move {
            let mut guard = pools.admin().get().await?;
            Ok(mysql_columns::problems(guard.connection(), tables).await?)
        }
        .boxed()
    }

    fn registry(pool: Pool<Self>) -> Arc<dyn TenantStore> {
        Arc::new(SqlStore::new(pool))
    }

    #[cfg(feature = "limit")]
    fn quotas(pool: Pool<Self>) -> Arc<dyn QuotaStore> {
        Arc::new(SqlQuotaStore::new(pool))
    }

    fn registry_migrations() -> EmbeddedMigrations {
        crate::store::mysql_registry_migrations()
    }
}

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    name: String,
}

/// The account by which the server knows the pool's user: `user@host`, the host being a pattern.
async fn role(pool: &Pool<Mysql>) -> Result<Role, IsolationError> {
    let mut connection = pool.get().await?;
    let row = diesel::sql_query("SELECT CURRENT_USER() AS name").get_result::<Row>(connection.connection());
    let Row { name } = row.await.map_err(|error| IsolationError::refused("read the role", error))?;
    // There are no policies to bypass: `rls` isolation is refused before anybody asks.
    Ok(Role { name, bypasses_rls: false })
}
