//! A tenant's schema on PostgreSQL: made with a mark of whose it is, and dropped for that tenant alone.

use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::ddl::Ddl;
use super::error::IsolationError;
use crate::tenant::TenantId;

/// Makes the schema and its mark, and gives the application's role its rights, all or nothing.
pub(super) async fn create(
    connection: &mut AsyncPgConnection,
    schema: &str,
    id: &TenantId,
    role: Option<&str>,
) -> Result<(), IsolationError> {
    let made = connection.transaction::<_, Error, _>(async |connection| {
        Ddl::new("CREATE SCHEMA ").name(schema).execute(connection).await?;
        // Before the rights are given, so that the mark is not among what they are for.
        Ddl::new("CREATE TABLE ")
            .name(schema)
            .sql(".tenancy_owner (one INTEGER PRIMARY KEY CHECK (one = 1), tenant_id TEXT NOT NULL)")
            .execute(connection)
            .await?;
        let mark = Ddl::new("INSERT INTO ").name(schema).sql(".tenancy_owner (one, tenant_id) VALUES (1, ");
        mark.text(id.as_str()).sql(")").execute(connection).await?;
        grant(connection, schema, role).await
    });
    made.await.map_err(|error| match is_duplicate(&error) {
        true => IsolationError::Exists { what: format!("schema \"{schema}\"") },
        false => IsolationError::refused(format!("create schema \"{schema}\""), error),
    })
}

/// Drops the schema, if it is marked as the tenant's. One that is gone already is no error.
///
/// The tenant's record alone is not enough: it may name another tenant's schema, or one that nobody has made
/// for a tenant.
pub(super) async fn drop_marked(
    connection: &mut AsyncPgConnection,
    schema: &str,
    id: &TenantId,
) -> Result<(), IsolationError> {
    let what = format!("schema \"{schema}\"");
    let dropped = connection.transaction::<_, Error, _>(async |connection| {
        // One at a time, to the end of the transaction: what is dropped is what was looked at.
        let lock = Ddl::new("SELECT pg_advisory_xact_lock(hashtextextended(").text(format!("drop {what}"));
        lock.sql(", 0))").execute(connection).await?;
        let there = Ddl::new("SELECT 1 FROM pg_namespace WHERE nspname = ").text(schema);
        if there.execute(connection).await? == 0 {
            return Ok(true);
        }
        let own = is_marked(connection, schema, id).await?;
        if own {
            Ddl::new("DROP SCHEMA ").name(schema).sql(" CASCADE").execute(connection).await?;
        }
        Ok(own)
    });
    match dropped.await {
        Ok(true) => Ok(()),
        Ok(false) => Err(IsolationError::NotMarked { what, tenant: id.to_string() }),
        Err(error) => Err(IsolationError::refused(format!("drop {what}"), error)),
    }
}

async fn is_marked(connection: &mut AsyncPgConnection, schema: &str, id: &TenantId) -> Result<bool, Error> {
    let marks = "SELECT 1 FROM pg_tables WHERE tablename = 'tenancy_owner' AND schemaname = ";
    if Ddl::new(marks).text(schema).execute(connection).await? == 0 {
        return Ok(false);
    }
    let own = Ddl::new("SELECT 1 FROM ").name(schema).sql(".tenancy_owner WHERE tenant_id = ");
    Ok(own.text(id.as_str()).execute(connection).await? > 0)
}

/// Lets the application's role use what migrations will make in the schema, and make nothing itself.
pub(super) async fn grant(
    connection: &mut AsyncPgConnection,
    schema: &str,
    role: Option<&str>,
) -> Result<(), Error> {
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

/// Whether something of that name is there. PostgreSQL reports a race between two creators as a violated
/// unique key of its catalogue.
pub(super) fn is_duplicate(error: &Error) -> bool {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => true,
        Error::DatabaseError(_, information) => information.message().ends_with("already exists"),
        _ => false,
    }
}
