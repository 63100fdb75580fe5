//! What PostgreSQL makes of the settings.

use std::sync::Arc;

use diesel::sql_types::{Bool, Text};
use diesel_async::RunQueryDsl;
use diesel_migrations::EmbeddedMigrations;
use futures_core::future::BoxFuture;
use futures_util::FutureExt;

use super::builder::TenancyBuilder;
use super::named;
use super::supported::Supported;
use crate::db::{Between, DatabaseUrl, NOT_FOLLOWED, Pool, Pools, Postgres};
use crate::isolation::inspect::{Inspect, Inspection, Report};
use crate::isolation::{Databases, IsolationError, Layout, Role, Roles};
#[cfg(feature = "limit")]
use crate::limit::{QuotaStore, SqlQuotaStore};
use crate::store::{SqlStore, TenantStore};
use crate::tenant::Isolation;

impl TenancyBuilder<Postgres> {
    /// Says that the application's address leads to a pooler which gives each transaction another connection of the
    /// server's and does not follow prepared statements: PgBouncer with `pool_mode = transaction`, before 1.21 or with
    /// `max_prepared_statements = 0`. Every statement then has a transaction of its own, and is prepared anew in it.
    /// [`admin_url`](TenancyBuilder::admin_url) must lead to the server itself. Default: `false`; an application that
    /// finds itself behind such a pooler does not start.
    ///
    /// Cost: a statement outside a transaction is three round trips, one inside a transaction two.
    pub fn transaction_pooler(mut self, is_there: bool) -> Self {
        self.transaction_pooler = is_there;
        self
    }
}

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

    fn pooler_before(url: &DatabaseUrl) -> BoxFuture<'_, Option<String>> {
        async move {
            // Behind one that is known of, every statement is at home.
            if url.is_pooled() {
                return None;
            }
            (Between::us_and(url).await == Between::NotFollowing).then(|| NOT_FOLLOWED.to_owned())
        }
        .boxed()
    }

    fn pooler_before_administration(url: &DatabaseUrl) -> BoxFuture<'_, Option<String>> {
        async move {
            let direct = "a pooler gives each transaction another connection of the server's, and migrations lock for \
                          longer than that: give the server's own address";
            (Between::us_and(url).await != Between::Nothing).then(|| direct.to_owned())
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

    #[cfg(feature = "limit")]
    fn quotas(pool: Pool<Self>) -> Arc<dyn QuotaStore> {
        Arc::new(SqlQuotaStore::new(pool))
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
    let mut session = pool.get().await?;
    let row = session.apart(async |connection| diesel::sql_query(query).get_result::<Row>(connection).await);
    let row = row.await;
    let Row { name, bypasses_rls } = row.map_err(|error| IsolationError::refused("read the role", error))?;
    Ok(Role { name, bypasses_rls })
}
