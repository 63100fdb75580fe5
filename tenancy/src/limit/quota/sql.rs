//! Counters in a table of the registry's database.

#[cfg(feature = "mysql")]
mod mysql;

use std::fmt;

use async_trait::async_trait;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl};
use diesel_async::RunQueryDsl;

use self::table::tenancy_quotas;
use super::store::MOST;
use super::{QuotaError, QuotaName, QuotaStore};
use crate::db::{Backend, Pool};
use crate::store::{StoreError, failed, to_its_end};
use crate::tenant::TenantId;

#[allow(unreachable_pub, missing_docs, reason = "the room's face does not export the table")]
mod table {
    diesel::table! {
        tenancy_quotas (tenant, name) {
            tenant -> Text,
            name -> Text,
            used -> BigInt,
        }
    }
}

/// Counters in the table `tenancy_quotas` beside the registry's: they outlast the process, and go with the tenant's row.
pub struct SqlQuotaStore<B: Backend> {
    pool: Pool<B>,
}

impl<B: Backend> SqlQuotaStore<B> {
    /// Over connections of this pool, which must reach the registry's database.
    pub(crate) fn new(pool: Pool<B>) -> Self {
        Self { pool }
    }
}

impl<B: Backend> Clone for SqlQuotaStore<B> {
    fn clone(&self) -> Self {
        Self { pool: self.pool.clone() }
    }
}

impl<B: Backend> fmt::Debug for SqlQuotaStore<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlQuotaStore").finish_non_exhaustive()
    }
}

/// As the table keeps it, if it can.
fn stored(value: u64) -> Option<i64> {
    i64::try_from(value).ok()
}

/// The failure of a statement that writes a row of this tenant's.
fn failed_for(tenant: &TenantId, error: Error) -> QuotaError {
    match error {
        Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => {
            QuotaError::NoTenant { id: tenant.clone() }
        }
        other => failed(other).into(),
    }
}

/// What a change by a statement with a condition has come to: `None` if the condition was not met.
type Changed = Result<Option<i64>, QuotaError>;

/// The store over one backend, for the reason that the registry's store is. `$added` and `$released` run the one
/// statement that checks and changes, `$set` the one that writes.
macro_rules! sql_quota_store {
    ($backend:ty, $added:ident, $released:ident, $set:ident) => {
        #[async_trait]
        impl QuotaStore for SqlQuotaStore<$backend> {
            async fn try_add(
                &self,
                tenant: &TenantId,
                name: &QuotaName,
                amount: u64,
                limit: u64,
            ) -> Result<u64, QuotaError> {
                let limit = limit.min(MOST);
                // Neither can leave the range of an i64: what is compared and what is added are both below the limit.
                if let Some((room, added)) = limit.checked_sub(amount).and_then(stored).zip(stored(amount))
                    && let Some(used) = $added!(self, tenant, name, added, room)?
                {
                    return Ok(used.unsigned_abs());
                }
                let used = self.used(tenant, name).await?;
                Err(QuotaError::Exceeded { name: name.clone(), limit, used, amount })
            }

            async fn release(
                &self,
                tenant: &TenantId,
                name: &QuotaName,
                amount: u64,
            ) -> Result<u64, QuotaError> {
                if let Some(taken) = stored(amount)
                    && let Some(used) = $released!(self, tenant, name, taken)?
                {
                    return Ok(used.unsigned_abs());
                }
                let used = self.used(tenant, name).await?;
                Err(QuotaError::BelowZero { name: name.clone(), used, amount })
            }

            async fn set(&self, tenant: &TenantId, name: &QuotaName, used: u64) -> Result<(), QuotaError> {
                let Some(value) = stored(used) else {
                    return Err(QuotaError::TooLarge { name: name.clone(), value: used });
                };
                $set!(self, tenant, name, value)
            }

            async fn used(&self, tenant: &TenantId, name: &QuotaName) -> Result<u64, QuotaError> {
                let key = (tenant.to_string(), name.to_string());
                let query = tenancy_quotas::table.find(key).select(tenancy_quotas::used);
                let mut guard = self.pool.get().await.map_err(StoreError::from)?;
                let used = to_its_end(async move { query.first::<i64>(guard.connection()).await.optional() });
                Ok(used.await.map_err(failed)?.unwrap_or(0).unsigned_abs())
            }

            async fn all(&self, tenant: &TenantId) -> Result<Vec<(QuotaName, u64)>, QuotaError> {
                let query = tenancy_quotas::table
                    .filter(tenancy_quotas::tenant.eq(tenant.to_string()))
                    .order(tenancy_quotas::name)
                    .select((tenancy_quotas::name, tenancy_quotas::used));
                let mut guard = self.pool.get().await.map_err(StoreError::from)?;
                let rows = to_its_end(async move { query.load::<(String, i64)>(guard.connection()).await });
                let rows = rows.await.map_err(failed)?.into_iter();
                rows.map(|(name, used)| Ok((QuotaName::try_from(&*name)?, used.unsigned_abs()))).collect()
            }
        }
    };
}

/// One statement: an insert that becomes an update where there is a row, and gives none where the update's condition is
/// not met. The database looks at the row as it is when it is locked, so nobody's change comes between.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
macro_rules! upserted {
    ($store:expr, $tenant:expr, $name:expr, $added:expr, $room:expr) => {{
        use diesel::query_dsl::methods::FilterDsl as _;
        let row = (
            tenancy_quotas::tenant.eq($tenant.to_string()),
            tenancy_quotas::name.eq($name.to_string()),
            tenancy_quotas::used.eq($added),
        );
        let upsert = diesel::insert_into(tenancy_quotas::table)
            .values(row)
            .on_conflict((tenancy_quotas::tenant, tenancy_quotas::name))
            .do_update()
            .set(tenancy_quotas::used.eq(tenancy_quotas::used + $added))
            .filter(tenancy_quotas::used.le($room))
            .returning(tenancy_quotas::used);
        let mut guard = $store.pool.get().await.map_err(StoreError::from)?;
        let used =
            to_its_end(async move { upsert.get_result::<i64>(guard.connection()).await.optional() }).await;
        let changed: Changed = used.map_err(|error| failed_for($tenant, error));
        changed
    }};
}

#[cfg(any(feature = "postgres", feature = "sqlite"))]
macro_rules! taken_away {
    ($store:expr, $tenant:expr, $name:expr, $taken:expr) => {{
        let key = ($tenant.to_string(), $name.to_string());
        let update = diesel::update(tenancy_quotas::table.find(key).filter(tenancy_quotas::used.ge($taken)))
            .set(tenancy_quotas::used.eq(tenancy_quotas::used - $taken))
            .returning(tenancy_quotas::used);
        let mut guard = $store.pool.get().await.map_err(StoreError::from)?;
        let used =
            to_its_end(async move { update.get_result::<i64>(guard.connection()).await.optional() }).await;
        let changed: Changed = used.map_err(|error| failed(error).into());
        changed
    }};
}

#[cfg(any(feature = "postgres", feature = "sqlite"))]
macro_rules! written {
    ($store:expr, $tenant:expr, $name:expr, $value:expr) => {{
        let row = (
            tenancy_quotas::tenant.eq($tenant.to_string()),
            tenancy_quotas::name.eq($name.to_string()),
            tenancy_quotas::used.eq($value),
        );
        let upsert = diesel::insert_into(tenancy_quotas::table)
            .values(row)
            .on_conflict((tenancy_quotas::tenant, tenancy_quotas::name))
            .do_update()
            .set(tenancy_quotas::used.eq($value));
        let mut guard = $store.pool.get().await.map_err(StoreError::from)?;
        let written = to_its_end(async move { upsert.execute(guard.connection()).await }).await;
        written.map(drop).map_err(|error| failed_for($tenant, error))
    }};
}

#[cfg(feature = "mysql")]
macro_rules! mysql_added {
    ($store:expr, $($given:expr),+) => { mysql::added(&$store.pool, $($given),+).await };
}

#[cfg(feature = "mysql")]
macro_rules! mysql_taken_away {
    ($store:expr, $($given:expr),+) => { mysql::taken_away(&$store.pool, $($given),+).await };
}

#[cfg(feature = "mysql")]
macro_rules! mysql_written {
    ($store:expr, $($given:expr),+) => { mysql::written(&$store.pool, $($given),+).await };
}

#[cfg(feature = "mysql")]
sql_quota_store!(crate::db::Mysql, mysql_added, mysql_taken_away, mysql_written);

#[cfg(feature = "postgres")]
sql_quota_store!(crate::db::Postgres, upserted, taken_away, written);
#[cfg(feature = "sqlite")]
sql_quota_store!(crate::db::Sqlite, upserted, taken_away, written);
