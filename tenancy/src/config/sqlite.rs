//! What SQLite makes of the settings.

use std::sync::Arc;

use diesel::OptionalExtension;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use diesel_migrations::EmbeddedMigrations;
use futures_core::future::BoxFuture;
use futures_util::{FutureExt, future};

use super::supported::Supported;
use crate::db::{Pool, Pools, Sqlite};
use crate::error::TenancyError;
use crate::isolation::{Databases, IsolationError, Roles};
#[cfg(feature = "limit")]
use crate::limit::{QuotaStore, SqlQuotaStore};
use crate::query::TableInfo;
use crate::store::{SqlStore, TenantStore};
use crate::tenant::Isolation;

impl Supported for Sqlite {
    fn check_url(url: &str) -> Result<(), String> {
        if url.trim().is_empty() {
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
            (Some(directory), _) if directory.trim().is_empty() => {
                Err("it is empty: give the directory of tenants' files".to_owned())
            }
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

    fn check_tables<'a>(
        pools: &'a Pools<Self>,
        tables: &'a [TableInfo],
    ) -> BoxFuture<'a, Result<Vec<String>, TenancyError>> {
        async move {
            let mut problems = Vec::new();
            let mut guard = pools.admin().get().await?;
            for table in tables.iter().filter(|table| table.key_type() == "TEXT") {
                let Some(column) = table.column() else { continue };
                let query = diesel::sql_query(
                    "SELECT type AS declared FROM pragma_table_info(?) WHERE name = ? COLLATE NOCASE",
                );
                let query = query.bind::<Text, _>(table.name()).bind::<Text, _>(column);
                let found: Option<Declared> = query.get_result(guard.connection()).await.optional()?;
                if let Some(Declared { declared }) = found.filter(|found| !compares_as_text(&found.declared)) {
                    problems.push(format!(
                        "column `{column}` of table `{}` is declared {declared}, which SQLite takes for numbers: \
                         `007` and `7` would be one tenant; declare it TEXT",
                        table.name()
                    ));
                }
            }
            Ok(problems)
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
        crate::store::sqlite_registry_migrations()
    }
}

#[derive(diesel::QueryableByName)]
struct Declared {
    #[diesel(sql_type = Text)]
    declared: String,
}

/// By SQLite's own rule, which goes by parts of the declared type's name. Without one, values are compared as
/// they are, and tenants' ids are texts.
fn compares_as_text(declared: &str) -> bool {
    let declared = declared.to_ascii_uppercase();
    let has = |part| declared.contains(part);
    !has("INT") && (has("CHAR") || has("CLOB") || has("TEXT") || has("BLOB") || declared.is_empty())
}
