//! MySQL and MariaDB, which have no RETURNING on an update and no condition on an upsert.

use diesel::result::{DatabaseErrorKind, Error};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult};
use diesel_async::{AsyncConnection, AsyncMysqlConnection, RunQueryDsl};

use super::table::tenancy_quotas;
use super::{Changed, failed_for};
use crate::db::{Mysql, Pool};
use crate::limit::{QuotaError, QuotaName};
use crate::store::{StoreError, failed, to_its_end};
use crate::tenant::TenantId;

type Key = (String, String);

fn key(tenant: &TenantId, name: &QuotaName) -> Key {
    (tenant.to_string(), name.to_string())
}

/// One update checks and adds. A row that is not there yet is made first, with 0 in it and in a statement of its own:
/// within a transaction the locks on its absence would have two callers wait for each other.
pub(super) async fn added(
    pool: &Pool<Mysql>,
    tenant: &TenantId,
    name: &QuotaName,
    added: i64,
    room: i64,
) -> Changed {
    let key = key(tenant, name);
    let mut guard = pool.get().await.map_err(StoreError::from)?;
    let work = to_its_end(async move {
        let connection = guard.connection();
        if let Some(used) = add(connection, key.clone(), added, room).await? {
            return Ok(Some(used));
        }
        match read(connection, key.clone()).await? {
            Some(used) if used > room => return Ok(None),
            // Somebody has made it meanwhile, and left room.
            Some(_) => return add(connection, key, added, room).await,
            None => {}
        }
        let row = (
            tenancy_quotas::tenant.eq(key.0.clone()),
            tenancy_quotas::name.eq(key.1.clone()),
            tenancy_quotas::used.eq(0),
        );
        match diesel::insert_into(tenancy_quotas::table).values(row).execute(connection).await {
            // Somebody else has made it meanwhile.
            Ok(_) | Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {}
            Err(error) => return Err(error),
        }
        add(connection, key, added, room).await
    });
    work.await.map_err(|error| failed_for(tenant, error))
}

async fn add(
    connection: &mut AsyncMysqlConnection,
    key: Key,
    added: i64,
    room: i64,
) -> QueryResult<Option<i64>> {
    let row = tenancy_quotas::table.find(key.clone()).filter(tenancy_quotas::used.le(room));
    let update = diesel::update(row).set(tenancy_quotas::used.eq(tenancy_quotas::used + added));
    // The update holds the row until the transaction ends, so what is read is what was written.
    let written = async |connection: &mut AsyncMysqlConnection| match update.execute(connection).await? {
        0 => Ok(None),
        _ => read(connection, key).await,
    };
    connection.transaction::<_, Error, _>(written).await
}

async fn read(connection: &mut AsyncMysqlConnection, key: Key) -> QueryResult<Option<i64>> {
    tenancy_quotas::table.find(key).select(tenancy_quotas::used).first(connection).await.optional()
}

pub(super) async fn taken_away(
    pool: &Pool<Mysql>,
    tenant: &TenantId,
    name: &QuotaName,
    taken: i64,
) -> Changed {
    let key = key(tenant, name);
    let mut guard = pool.get().await.map_err(StoreError::from)?;
    let work = to_its_end(async move {
        let row = tenancy_quotas::table.find(key.clone()).filter(tenancy_quotas::used.ge(taken));
        let update = diesel::update(row).set(tenancy_quotas::used.eq(tenancy_quotas::used - taken));
        let written = async |connection: &mut AsyncMysqlConnection| match update.execute(connection).await? {
            0 => Ok(None),
            _ => read(connection, key).await,
        };
        guard.connection().transaction::<_, Error, _>(written).await
    });
    work.await.map_err(|error| failed(error).into())
}

pub(super) async fn written(
    pool: &Pool<Mysql>,
    tenant: &TenantId,
    name: &QuotaName,
    value: i64,
) -> Result<(), QuotaError> {
    let row = (
        tenancy_quotas::tenant.eq(tenant.to_string()),
        tenancy_quotas::name.eq(name.to_string()),
        tenancy_quotas::used.eq(value),
    );
    let upsert = diesel::insert_into(tenancy_quotas::table)
        .values(row)
        .on_conflict(diesel::dsl::DuplicatedKeys)
        .do_update()
        .set(tenancy_quotas::used.eq(value));
    let mut guard = pool.get().await.map_err(StoreError::from)?;
    let work = to_its_end(async move { upsert.execute(guard.connection()).await });
    work.await.map(drop).map_err(|error| failed_for(tenant, error))
}
