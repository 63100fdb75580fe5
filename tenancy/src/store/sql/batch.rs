//! Many tenants in one statement.

use diesel::{ExpressionMethods, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;

use super::failure::failed;
use super::row::Row;
use super::schema::tenancy_tenants;
use super::store::{SqlStore, next_version, now, to_its_end};
use super::values::Time;
use crate::store::{StoreError, Tenants, in_order};
use crate::tenant::{TenantId, TenantStatus};

fn tenants(ids: &[TenantId], rows: Vec<Row>) -> Tenants {
    in_order(ids, rows.into_iter().map(|row| (row.id.clone(), row.into_tenant())))
}

macro_rules! batch {
    ($backend:ty, $changed:ident) => {
        impl SqlStore<$backend> {
            pub(super) async fn read_many(&self, ids: &[TenantId]) -> Result<Tenants, StoreError> {
                if ids.is_empty() {
                    return Ok(Vec::new());
                }
                let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
                let query =
                    tenancy_tenants::table.filter(tenancy_tenants::id.eq_any(texts)).select(Row::as_select());
                let mut guard = self.pool.get().await?;
                let rows = to_its_end(async move { query.load(guard.connection()).await });
                Ok(tenants(ids, rows.await.map_err(failed)?))
            }

            pub(super) async fn change_many(
                &self,
                ids: &[TenantId],
                expected: TenantStatus,
                status: TenantStatus,
            ) -> Result<Tenants, StoreError> {
                if ids.is_empty() {
                    return Ok(Vec::new());
                }
                let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
                let change = (
                    tenancy_tenants::status.eq(status.as_str()),
                    tenancy_tenants::updated_at.eq(Time(now())),
                    next_version(),
                );
                let mut guard = self.pool.get().await?;
                let rows =
                    to_its_end(
                        async move { $changed!(texts, expected.as_str(), change, guard.connection()) },
                    );
                Ok(tenants(ids, rows.await.map_err(failed)?))
            }
        }
    };
}

#[cfg(any(feature = "postgres", feature = "sqlite"))]
macro_rules! returning_all {
    ($ids:expr, $expected:expr, $change:expr, $connection:expr) => {{
        let as_expected = tenancy_tenants::table
            .filter(tenancy_tenants::id.eq_any($ids))
            .filter(tenancy_tenants::status.eq($expected));
        let update = diesel::update(as_expected).set($change);
        update.returning(Row::as_returning()).get_results($connection).await
    }};
}

/// MySQL has no RETURNING: what matches is held, then changed, then read.
#[cfg(feature = "mysql")]
macro_rules! read_back_all {
    ($ids:expr, $expected:expr, $change:expr, $connection:expr) => {{
        let (ids, expected, change) = ($ids, $expected, $change);
        let written = async |connection: &mut diesel_async::AsyncMysqlConnection| {
            // By the primary key and in its order, so that two who change the same tenants wait one for the other. Whole rows:
            // of what an index has, the server would hold the entries of that index, in its order.
            let held = tenancy_tenants::table
                .filter(tenancy_tenants::id.eq_any(ids))
                .order(tenancy_tenants::id)
                .select(Row::as_select())
                .for_update();
            let held: Vec<Row> = held.load(connection).await?;
            let held = held.into_iter().filter(|row| row.status == expected).map(|row| row.id);
            let held: Vec<String> = held.collect();
            let changed = tenancy_tenants::table.filter(tenancy_tenants::id.eq_any(held));
            diesel::update(changed.clone()).set(change).execute(connection).await?;
            changed.select(Row::as_select()).load(connection).await
        };
        diesel_async::AsyncConnection::transaction::<_, diesel::result::Error, _>($connection, written).await
    }};
}

#[cfg(feature = "mysql")]
batch!(crate::db::Mysql, read_back_all);
#[cfg(feature = "postgres")]
batch!(crate::db::Postgres, returning_all);
#[cfg(feature = "sqlite")]
batch!(crate::db::Sqlite, returning_all);
