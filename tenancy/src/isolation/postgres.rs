//! Places on PostgreSQL: schemas and databases.

use diesel::Connection;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::Text;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use futures_core::future::BoxFuture;
use futures_util::FutureExt;
use secrecy::ExposeSecret;

use super::ddl::Ddl;
use super::error::IsolationError;
use super::layout::{Databases, Layout, Roles};
use super::names;
use super::place::Place;
use super::provision::{Provision, delete_rows, refused};
use crate::context::TenantContext;
use crate::db::{DatabaseUrl, Pools, Postgres};
use crate::tenant::{Isolation, TenantId};

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
        let name = names::database(id);
        match databases {
            Databases::Template(template) => {
                Ok(DatabaseUrl::new(what, template.expose_secret().replace("{tenant}", &name)))
            }
            Databases::SameServer | Databases::Directory(_) => Ok(base.with_database(what, &name)?),
        }
    }

    fn create_schema<'a>(
        layout: &'a Layout,
        pools: &'a Pools<Self>,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        async move {
            let schema = context.schema_name();
            let mut admin = pools.admin().get().await?;
            let connection = admin.connection();
            // The schema and the rights on it appear together or not at all.
            connection
                .transaction::<_, Error, _>(async |connection| {
                    Ddl::new("CREATE SCHEMA ").name(schema).execute(connection).await?;
                    grant(connection, schema, layout.roles.as_ref().and_then(Roles::to_grant)).await
                })
                .await
                .map_err(|error| match is_duplicate(&error) {
                    true => IsolationError::Exists { what: format!("schema \"{schema}\"") },
                    false => IsolationError::refused(format!("create schema \"{schema}\""), error),
                })
        }
        .boxed()
    }

    fn drop_schema<'a>(
        pools: &'a Pools<Self>,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        async move {
            let schema = context.schema_name();
            let mut admin = pools.admin().get().await?;
            let statement = Ddl::new("DROP SCHEMA IF EXISTS ").name(schema).sql(" CASCADE");
            let dropped = statement.execute(admin.connection()).await;
            dropped.map(drop).map_err(refused(&format!("drop schema \"{schema}\"")))
        }
        .boxed()
    }

    fn create_database<'a>(
        layout: &'a Layout,
        pools: &'a Pools<Self>,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        async move {
            let name = names::database(context.tenant().id());
            let mut admin = pools.admin().get().await?;
            let created = Ddl::new("CREATE DATABASE ").name(&*name).execute(admin.connection()).await;
            drop(admin);
            created.map_err(|error| match is_duplicate(&error) {
                true => IsolationError::Exists { what: format!("database \"{name}\"") },
                false => IsolationError::refused(format!("create database \"{name}\""), error),
            })?;
            // A database without the application's rights is no place yet: take it away again.
            let granted = grant_in_database(layout, context).await;
            if granted.is_err() {
                Self::drop_database(layout, pools, context).await?;
            }
            granted
        }
        .boxed()
    }

    fn drop_database<'a>(
        _: &'a Layout,
        pools: &'a Pools<Self>,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        async move {
            let name = names::database(context.tenant().id());
            let mut admin = pools.admin().get().await?;
            // FORCE ends the sessions of pools that have not noticed yet.
            let statement = Ddl::new("DROP DATABASE IF EXISTS ").name(&*name).sql(" WITH (FORCE)");
            let dropped = statement.execute(admin.connection()).await;
            dropped.map(drop).map_err(refused(&format!("drop database \"{name}\"")))
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
            delete_rows(admin.connection(), &layout.tables, context.tenant().id()).await
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
            claim(&mut connection, context.tenant().id()).await
        }
        .boxed()
    }
}

async fn grant_in_database(layout: &Layout, context: &TenantContext) -> Result<(), IsolationError> {
    let Some(role) = layout.roles.as_ref().and_then(Roles::to_grant) else {
        return Ok(());
    };
    let url = layout.place::<Postgres>(context)?.url;
    let mut connection = <Postgres as crate::db::sealed::Driver>::connect(&url).await?;
    let granted = grant(&mut connection, "public", Some(role)).await;
    granted.map_err(refused("grant the application's role its rights"))
}

/// Lets the application's role use what migrations will make in the schema, and make nothing itself.
async fn grant(connection: &mut AsyncPgConnection, schema: &str, role: Option<&str>) -> Result<(), Error> {
    let Some(role) = role else {
        return Ok(());
    };
    Ddl::new("GRANT USAGE ON SCHEMA ").name(schema).sql(" TO ").name(role).execute(connection).await?;
    for rights in
        [" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ", " GRANT USAGE, SELECT ON SEQUENCES TO "]
    {
        Ddl::new("ALTER DEFAULT PRIVILEGES IN SCHEMA ")
            .name(schema)
            .sql(rights)
            .name(role)
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Writes the tenant's id into the database, or finds another's there.
async fn claim(connection: &mut AsyncPgConnection, id: &TenantId) -> Result<(), IsolationError> {
    #[derive(diesel::QueryableByName)]
    struct Owner {
        #[diesel(sql_type = Text)]
        tenant_id: String,
    }

    let statements = connection.transaction::<_, Error, _>(async |connection| {
        Ddl::new("CREATE TABLE IF NOT EXISTS tenancy_owner (one BOOL PRIMARY KEY DEFAULT TRUE CHECK (one), tenant_id TEXT NOT NULL)")
            .execute(connection)
            .await?;
        Ddl::new("INSERT INTO tenancy_owner (tenant_id) VALUES (")
            .text(id.as_str())
            .sql(") ON CONFLICT DO NOTHING")
            .execute(connection)
            .await?;
        diesel::sql_query("SELECT tenant_id FROM tenancy_owner").get_result::<Owner>(connection).await
    });
    let owner = statements.await.map_err(refused("claim the tenant's own database"))?.tenant_id;
    match owner == id.as_str() {
        true => Ok(()),
        false => Err(IsolationError::Owned { tenant: id.to_string(), owner }),
    }
}

/// Whether something of that name is there. PostgreSQL reports a race between two creators as a violated
/// unique key of its catalogue.
fn is_duplicate(error: &Error) -> bool {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => true,
        Error::DatabaseError(_, information) => information.message().ends_with("already exists"),
        _ => false,
    }
}
