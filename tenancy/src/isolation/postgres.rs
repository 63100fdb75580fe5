//! Places on PostgreSQL: schemas and databases.

use diesel::Connection;
use diesel::result::Error;
use diesel::sql_types::{BigInt, Bool};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use futures_core::future::BoxFuture;
use futures_util::FutureExt;

use super::claim::{APPLICATION, Marking, claim, owned, unclaim};
use super::ddl::Ddl;
use super::drop_database::{drop_database, said};
use super::error::IsolationError;
use super::layout::{Databases, Layout, Roles};
use super::names;
use super::place::Place;
use super::provision::{Provision, delete_rows, refused};
use super::relocate::{MoveOptions, Mover, PgMover, RelocateError};
use super::rows::KeyCasts;
use super::schema;
use crate::context::TenantContext;
use crate::db::{DatabaseUrl, Pools, Postgres, driver};
use crate::tenant::{Isolation, TenantId};

/// An address may carry a search path, so a mark counts wherever in the database it is.
const MARKING: Marking = Marking {
    registry: "SELECT CASE relname WHEN 'tenancy_owner' THEN 'another tenant' ELSE 'the application' END \
               AS tenant_id FROM pg_class WHERE relkind = 'r' AND (relname = 'tenancy_tenants' \
               OR relname = 'tenancy_owner' AND NOT pg_table_is_visible(oid))",
    unless_marked: ") ON CONFLICT DO NOTHING",
};

impl Provision for Postgres {
    fn supports(_: Isolation) -> Result<(), IsolationError> {
        Ok(())
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
        layout: &'a Layout,
        pools: &'a Pools<Self>,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        async move {
            let role = layout.roles.as_ref().and_then(Roles::to_grant);
            let mut admin = pools.admin().get().await?;
            schema::create(admin.connection(), context.schema_name(), context.tenant().id(), role).await
        }
        .boxed()
    }

    fn drop_schema<'a>(
        pools: &'a Pools<Self>,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        async move {
            let mut admin = pools.admin().get().await?;
            schema::drop_marked(admin.connection(), context.schema_name(), context.tenant().id()).await
        }
        .boxed()
    }

    fn create_database<'a>(
        layout: &'a Layout,
        pools: &'a Pools<Self>,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        async move {
            let name = database_name(layout, context)?;
            let mut admin = pools.admin().get().await?;
            let created = Ddl::new("CREATE DATABASE ").name(&*name).execute(admin.connection()).await;
            drop(admin);
            created.map_err(|error| match schema::is_duplicate(&error) {
                true => IsolationError::Exists { what: format!("database \"{name}\"") },
                false => IsolationError::refused(format!("create database \"{name}\""), error),
            })?;
            // A database without the application's rights is no place yet: take it away again.
            let settled = settle_in(layout, context).await;
            if settled.is_err() {
                Self::drop_database(layout, pools, context).await?;
            }
            settled
        }
        .boxed()
    }

    fn drop_database<'a>(
        layout: &'a Layout,
        _: &'a Pools<Self>,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        async move {
            let name = database_name(layout, context)?;
            let admin = driver(&layout.admin).await?;
            let dropped = drop_database(&admin, &layout.shared, &name).await;
            dropped
                .map_err(|error| IsolationError::refused(format!("drop database \"{name}\""), said(&error)))
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
            delete_rows(admin.connection(), &layout.tables, context.tenant().id(), KeyCasts::BY_NAME).await
        }
        .boxed()
    }

    fn enter_place(connection: &mut Self::SyncConnection, place: &Place) -> Result<(), IsolationError> {
        let verb = || format!("enter {}", place.describe());
        let lock = Ddl::new("SELECT pg_advisory_lock(hashtextextended(").text(place.describe()).sql(", 0))");
        connection.execute_returning_count(&lock).map_err(|error| IsolationError::refused(verb(), error))?;
        let Some(schema) = &place.schema else {
            return Ok(());
        };
        // The tenant's schema and no other: in `search_path "gone", public` a missing schema would let a
        // migration change what tenants share. The name is one of a list, so it is quoted as one.
        let path = format!("\"{}\"", schema.replace('"', "\"\""));
        let search = Ddl::new("SELECT set_config('search_path', ").text(path).sql(", false)");
        connection
            .execute_returning_count(&search)
            .map(drop)
            .map_err(|error| IsolationError::refused(verb(), error))
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

    fn mover<'a>(
        layout: &'a Layout,
        pools: &'a Pools<Self>,
        tenant: &'a TenantId,
        options: MoveOptions,
    ) -> BoxFuture<'a, Result<Box<dyn Mover + 'a>, RelocateError>> {
        async move {
            let mover = PgMover::start(layout, pools, tenant, options).await?;
            Ok(Box::new(mover) as Box<dyn Mover + 'a>)
        }
        .boxed()
    }
}

pub(super) fn database_name(layout: &Layout, context: &TenantContext) -> Result<String, IsolationError> {
    match &layout.databases {
        Some(Databases::Named(pattern)) => Ok(names::database(pattern, context.tenant().id())),
        _ => Err(IsolationError::NoDatabases),
    }
}

#[derive(diesel::QueryableByName)]
struct Free {
    #[diesel(sql_type = Bool)]
    free: bool,
}

/// Whether the connection leads to the application's own database, whatever its address says: a lock that one
/// of them holds, the other cannot have.
async fn is_application(layout: &Layout, connection: &mut AsyncPgConnection) -> Result<bool, IsolationError> {
    let mut application = <Postgres as crate::db::sealed::Driver>::connect(&layout.admin).await?;
    let key = uuid::Uuid::now_v7().as_u64_pair().1.cast_signed();
    let asked = application.transaction::<_, Error, _>(async |application| {
        let lock = diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(key);
        lock.execute(application).await?;
        let lock = diesel::sql_query("SELECT pg_try_advisory_xact_lock($1) AS free").bind::<BigInt, _>(key);
        lock.get_result::<Free>(connection).await
    });
    let Free { free } = asked.await.map_err(refused("tell the tenant's database from the application's"))?;
    Ok(!free)
}

/// Marks a database just made for its tenant, and gives the application's role its rights there.
pub(super) async fn settle_in(layout: &Layout, context: &TenantContext) -> Result<(), IsolationError> {
    let url = layout.place::<Postgres>(context)?.url;
    let mut connection = <Postgres as crate::db::sealed::Driver>::connect(&url).await?;
    claim(&mut connection, &MARKING, context.tenant().id()).await?;
    let role = layout.roles.as_ref().and_then(Roles::to_grant);
    let granted = schema::grant(&mut connection, "public", role).await;
    granted.map_err(refused("grant the application's role its rights"))
}
