//! What PostgreSQL makes of the settings.

use std::sync::Arc;

use diesel::sql_types::{Bool, Text};
use diesel_async::RunQueryDsl;
use diesel_migrations::EmbeddedMigrations;
use futures_core::future::BoxFuture;
use futures_util::FutureExt;

use super::named;
use super::supported::Supported;
use crate::db::{Pool, Pools, Postgres};
use crate::isolation::inspect::{Inspect, Inspection, Report};
use crate::isolation::{Databases, IsolationError, Layout, Role, Roles};
use crate::store::{SqlStore, TenantStore};
use crate::tenant::Isolation;

/// The longest name PostgreSQL keeps whole, in bytes.
const LONGEST: usize = 63;

impl Supported for Postgres {
    fn check_url(url: &str) -> Result<(), String> {
        // The parser's message is about its grammar; the address itself must not be repeated.
        let parsed = url::Url::parse(url).map_err(|error| {
            format!("it is no address ({error}): write postgres://user:password@host/database")
        })?;
        if !matches!(parsed.scheme(), "postgres" | "postgresql") {
            let scheme = parsed.scheme();
            return Err(format!(
                "its scheme is `{scheme}`, and a PostgreSQL address begins with postgres://"
            ));
        }
        // The driver lets it win over the path, and every tenant's database would be this one.
        if parsed.query_pairs().any(|(name, _)| name == "dbname") {
            return Err(
                "it names the database by `dbname`: write the database's name behind the host".to_owned()
            );
        }
        Ok(())
    }

    fn check_databases(setting: Option<&str>, _: Isolation) -> Result<(), String> {
        named::check(setting, "PostgreSQL", LONGEST)
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

    const INSPECTS: bool = true;

    fn inspect_by_default(isolation: Isolation) -> Inspect {
        if isolation == Isolation::Rls { Inspect::Strict } else { Inspect::Warn }
    }

    fn inspect(layout: &Layout) -> BoxFuture<'_, Result<Report, IsolationError>> {
        async move { Inspection::of(layout).look(&layout.shared).await }.boxed()
    }

    fn registry(pool: Pool<Self>) -> Arc<dyn TenantStore> {
        Arc::new(SqlStore::new(pool))
    }

    fn registry_migrations() -> EmbeddedMigrations {
        crate::store::postgres_registry_migrations()
    }
}

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    bypasses_rls: bool,
}

async fn role(pool: &Pool<Postgres>) -> Result<Role, IsolationError> {
    let query = "SELECT rolname::text AS name, rolsuper OR rolbypassrls AS bypasses_rls \
                 FROM pg_roles WHERE rolname = current_user";
    let mut connection = pool.get().await?;
    let row = diesel::sql_query(query).get_result::<Row>(connection.connection()).await;
    let Row { name, bypasses_rls } = row.map_err(|error| IsolationError::refused("read the role", error))?;
    Ok(Role { name, bypasses_rls })
}
