//! Which tenant a database is for: a mark in the database itself, so that two tenants cannot bring the same
//! one, nor one tenant another's.

use diesel::backend::Backend as DieselBackend;
use diesel::deserialize::FromSql;
use diesel::result::Error;
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Text};
use diesel_async::methods::LoadQuery;
use diesel_async::{AsyncConnection, RunQueryDsl};

use super::ddl::Ddl;
use super::error::IsolationError;
use crate::tenant::TenantId;

const VERB: &str = "mark the tenant's database";
const TABLE: &str = "CREATE TABLE IF NOT EXISTS tenancy_owner (one INTEGER PRIMARY KEY CHECK (one = 1), tenant_id TEXT NOT NULL)";

#[derive(diesel::QueryableByName)]
pub(super) struct Owner {
    #[diesel(sql_type = Text)]
    tenant_id: String,
}

/// What the SQL of a mark is on one backend.
pub(super) struct Marking {
    /// Gives a row, of a column `tenant_id`, where the registry's table is.
    pub(super) registry: &'static str,
    /// Ends an INSERT that leaves a mark that is there as it is.
    pub(super) unless_marked: &'static str,
}

/// The owner of the application's own database.
pub(super) const APPLICATION: &str = "the application";

/// Marks the database for the tenant, unless it is marked for another, or is where a registry is.
pub(super) async fn claim<C>(
    connection: &mut C,
    marking: &Marking,
    id: &TenantId,
) -> Result<(), IsolationError>
where
    C: AsyncConnection,
    C::Backend: DieselBackend + HasSqlType<Text>,
    String: ToSql<Text, C::Backend> + FromSql<Text, C::Backend>,
    for<'query> diesel::query_builder::SqlQuery: LoadQuery<'query, C, Owner>,
{
    let owner = async {
        let registry: Vec<Owner> = diesel::sql_query(marking.registry).load(connection).await?;
        if let Some(application) = registry.into_iter().next() {
            return Ok(Err(application.tenant_id));
        }
        Ddl::new(TABLE).execute(connection).await?;
        Ddl::new("INSERT INTO tenancy_owner (one, tenant_id) VALUES (1, ")
            .text(id.as_str())
            .sql(marking.unless_marked)
            .execute(connection)
            .await?;
        let owner: Owner =
            diesel::sql_query("SELECT tenant_id FROM tenancy_owner").get_result(connection).await?;
        Ok::<_, Error>(Ok(owner.tenant_id))
    };
    let owner = owner.await.map_err(|error| IsolationError::refused(VERB, error))?;
    match owner {
        Ok(owner) if owner == id.as_str() => Ok(()),
        Ok(owner) => Err(owned(id, format!("tenant `{owner}`"))),
        Err(application) => Err(owned(id, application)),
    }
}

/// The database is another's.
pub(super) fn owned(id: &TenantId, owner: impl Into<String>) -> IsolationError {
    IsolationError::Owned { tenant: id.to_string(), owner: owner.into() }
}

/// Takes the tenant's own mark away.
pub(super) async fn unclaim<C>(connection: &mut C, id: &TenantId) -> Result<(), IsolationError>
where
    C: AsyncConnection,
    C::Backend: DieselBackend + HasSqlType<Text>,
    String: ToSql<Text, C::Backend>,
{
    let statement = Ddl::new("DELETE FROM tenancy_owner WHERE tenant_id = ").text(id.as_str());
    statement.execute(connection).await.map(drop).map_err(|error| IsolationError::refused(VERB, error))
}
