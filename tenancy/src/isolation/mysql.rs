//! Places on MySQL and MariaDB: databases.

use diesel::result::Error;
use diesel_async::{AsyncMysqlConnection, RunQueryDsl};
use futures_core::future::BoxFuture;
use futures_util::{FutureExt, future};

use super::claim::{APPLICATION, Marking, claim, owned, unclaim};
use super::ddl::Ddl;
use super::error::IsolationError;
use super::layout::{Databases, Layout, Roles};
use super::names;
use super::place::Place;
use super::provision::{Provision, delete_rows, refused};
use super::rows::KeyCasts;
use crate::context::TenantContext;
use crate::db::{DatabaseUrl, Mysql, Pools};
use crate::tenant::{Isolation, TenantId};

const MARKING: Marking = Marking {
    registry: "SELECT 'the application' AS tenant_id FROM information_schema.tables \
               WHERE table_schema = DATABASE() AND table_name = 'tenancy_tenants'",
    unless_marked: ") ON DUPLICATE KEY UPDATE one = one",
};

/// A text key needs no cast, and would not find its index with one.
const CASTS: KeyCasts = KeyCasts(|key_type| match key_type {
    "BIGINT" | "INTEGER" => Some("SIGNED"),
    _ => None,
});

/// What the application may do in a tenant's database: use what migrations make, and make nothing itself.
const RIGHTS: &str = "SELECT, INSERT, UPDATE, DELETE ON ";

/// How long a runner of migrations waits for another one; a year, the longest that MariaDB takes.
const LOCK: &str = "SELECT GET_LOCK(CONCAT('tenancy ', SHA1(DATABASE())), 31536000) AS locked";

impl Provision for Mysql {
    fn supports(isolation: Isolation) -> Result<(), IsolationError> {
        let instead = match isolation {
            Isolation::Column | Isolation::Database => return Ok(()),
            Isolation::Rls => {
                "it has no row-level security; use `column`, or `database` for one database per tenant on the \
                 same server"
            }
            Isolation::Schema => {
                "to it a schema is a database; use `database`, which is one database per tenant on the same server"
            }
        };
        Err(IsolationError::Unsupported { backend: "MySQL", isolation, instead })
    }

    fn database_url(
        databases: &Databases,
        base: &DatabaseUrl,
        id: &TenantId,
        what: String,
    ) -> Result<DatabaseUrl, IsolationError> {
        match databases {
            Databases::Named(pattern) => Ok(base.with_database(what, &names::database(pattern, id))?),
            Databases::Directory(_) => Err(IsolationError::NoDatabases),
        }
    }

    fn create_schema<'a>(
        _: &'a Layout,
        _: &'a Pools<Self>,
        _: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        future::ready(Self::supports(Isolation::Schema)).boxed()
    }

    fn drop_schema<'a>(
        _: &'a Pools<Self>,
        _: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        future::ready(Self::supports(Isolation::Schema)).boxed()
    }

    fn create_database<'a>(
        layout: &'a Layout,
        pools: &'a Pools<Self>,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        async move {
            let name = database_name(layout, context)?;
            let mut admin = pools.admin().get().await?;
            let create = Ddl::new("CREATE DATABASE ").name(&*name).sql(" CHARACTER SET utf8mb4");
            if let Err(error) = create.execute(admin.connection()).await {
                // The message is in the server's language, so the catalogue is asked.
                return Err(match exists(admin.connection(), &name).await {
                    Ok(true) => IsolationError::Exists { what: format!("database `{name}`") },
                    _ => IsolationError::refused(format!("create database `{name}`"), error),
                });
            }
            drop(admin);
            // A database without the application's rights is no place yet: take it away again.
            let settled = settle_in(layout, context, &name).await;
            if settled.is_err() {
                Self::drop_database(layout, pools, context).await?;
            }
            settled
        }
        .boxed()
    }

    fn drop_database<'a>(
        layout: &'a Layout,
        pools: &'a Pools<Self>,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        async move {
            let name = database_name(layout, context)?;
            let mut admin = pools.admin().get().await?;
            let connection = admin.connection();
            let dropped = Ddl::new("DROP DATABASE IF EXISTS ").name(&*name).execute(connection).await;
            dropped.map_err(refused(&format!("drop database `{name}`")))?;
            // Rights outlive the database they are for. That there are none is the one reason to refuse.
            if let Some(role) = layout.roles.as_ref().and_then(Roles::to_grant)
                && let Err(left) = rights("REVOKE ", &name, " FROM ", role).execute(connection).await
            {
                tracing::debug!(database = %name, reason = %left, "no rights were taken back");
            }
            Ok(())
        }
        .boxed()
    }

    fn delete_rows<'a>(
        layout: &'a Layout,
        pools: &'a Pools<Self>,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        async move {
            let mut admin = pools.admin().get().await?;
            delete_rows(admin.connection(), &layout.tables, context.tenant().id(), CASTS).await
        }
        .boxed()
    }

    fn enter_place(connection: &mut Self::SyncConnection, place: &Place) -> Result<(), IsolationError> {
        let verb = || format!("enter {}", place.describe());
        // The server's own lock for the database the connection is in. It ends with the connection.
        let locked: Result<Locked, _> = diesel::RunQueryDsl::get_result(diesel::sql_query(LOCK), connection);
        match locked.map_err(|error| IsolationError::refused(verb(), error))?.locked {
            Some(1) => Ok(()),
            _ => Err(IsolationError::refused(verb(), "the lock around its migrations cannot be had")),
        }
    }

    fn claim_database<'a>(
        layout: &'a Layout,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        async move {
            let url = layout.place::<Self>(context)?.url;
            let mut connection = <Self as crate::db::sealed::Driver>::connect(&url).await?;
            let id = context.tenant().id();
            if is_application(layout, &mut connection).await? {
                return Err(owned(id, APPLICATION));
            }
            claim(&mut connection, &MARKING, id).await
        }
        .boxed()
    }

    fn unclaim_database<'a>(
        layout: &'a Layout,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        async move {
            let url = layout.place::<Self>(context)?.url;
            let mut connection = <Self as crate::db::sealed::Driver>::connect(&url).await?;
            unclaim(&mut connection, context.tenant().id()).await
        }
        .boxed()
    }
}

#[derive(diesel::QueryableByName)]
struct Locked {
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::BigInt>)]
    locked: Option<i64>,
}

#[derive(diesel::QueryableByName)]
struct Found {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    found: i64,
}

fn database_name(layout: &Layout, context: &TenantContext) -> Result<String, IsolationError> {
    match &layout.databases {
        Some(Databases::Named(pattern)) => Ok(names::database(pattern, context.tenant().id())),
        _ => Err(IsolationError::NoDatabases),
    }
}

#[derive(diesel::QueryableByName)]
struct Seen {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    held: bool,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    name: Option<String>,
}

/// Whether the connection leads to the application's own database, whatever its address says: to the server
/// on which the application's connection holds a lock, and there to a database of the same name.
async fn is_application(
    layout: &Layout,
    connection: &mut AsyncMysqlConnection,
) -> Result<bool, IsolationError> {
    let mut application = <Mysql as crate::db::sealed::Driver>::connect(&layout.admin).await?;
    let lock = format!("tenancy {}", uuid::Uuid::now_v7().simple());
    let see = || {
        let query = "SELECT IS_USED_LOCK(?) IS NOT NULL AS held, DATABASE() AS name";
        diesel::sql_query(query).bind::<diesel::sql_types::Text, _>(&lock)
    };
    let seen = async {
        // It ends with the connection.
        let take = diesel::sql_query("DO GET_LOCK(?, 0)").bind::<diesel::sql_types::Text, _>(&lock);
        take.execute(&mut application).await?;
        let own = see().get_result::<Seen>(&mut application).await?;
        let other = see().get_result::<Seen>(connection).await?;
        Ok::<_, Error>((own, other))
    };
    let (own, other) = seen.await.map_err(refused("tell the tenant's database from the application's"))?;
    // Where names are files, some servers take capitals for small letters.
    let name = |seen: &Seen| seen.name.as_ref().map(|name| name.to_lowercase());
    Ok(other.held && name(&own) == name(&other))
}

async fn exists(connection: &mut AsyncMysqlConnection, name: &str) -> Result<bool, Error> {
    let query = "SELECT COUNT(*) AS found FROM information_schema.schemata WHERE schema_name = ?";
    let query = diesel::sql_query(query).bind::<diesel::sql_types::Text, _>(name);
    query.get_result::<Found>(connection).await.map(|Found { found }| found > 0)
}

/// Marks a database just made for its tenant, and gives the application's role its rights there.
async fn settle_in(layout: &Layout, context: &TenantContext, name: &str) -> Result<(), IsolationError> {
    let url = layout.place::<Mysql>(context)?.url;
    let mut connection = <Mysql as crate::db::sealed::Driver>::connect(&url).await?;
    claim(&mut connection, &MARKING, context.tenant().id()).await?;
    let Some(role) = layout.roles.as_ref().and_then(Roles::to_grant) else {
        return Ok(());
    };
    let granted = rights("GRANT ", name, " TO ", role).execute(&mut connection).await;
    granted.map(drop).map_err(refused("grant the application's role its rights"))
}

/// `GRANT SELECT, … ON `t\_acme`.* TO `app`@`%``, or the like with REVOKE.
///
/// Here, and nowhere else, the name of a database is a pattern: `_` alone would stand for any character, and
/// the rights would be for other tenants' databases too.
fn rights(verb: &'static str, database: &str, to: &'static str, role: &str) -> Ddl {
    let pattern = database.replace('_', r"\_");
    let (user, host) = role.rsplit_once('@').unwrap_or((role, "%"));
    Ddl::new(verb).sql(RIGHTS).name(pattern).sql(".*").sql(to).name(user).sql("@").name(host)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use diesel::mysql::{Mysql, MysqlQueryBuilder};
    use diesel::query_builder::{QueryBuilder, QueryFragment};

    use super::rights;

    #[test]
    fn rights_are_for_one_database_and_for_the_account_as_the_server_names_it() {
        let mut sql = MysqlQueryBuilder::new();
        rights("GRANT ", "t_acme-1", " TO ", "app@user@10.0.%").to_sql(&mut sql, &Mysql).unwrap();
        assert_eq!(
            sql.finish(),
            r"GRANT SELECT, INSERT, UPDATE, DELETE ON `t\_acme-1`.* TO `app@user`@`10.0.%`"
        );
    }
}
