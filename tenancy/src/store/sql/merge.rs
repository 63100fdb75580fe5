//! Keys put into a tenant's metadata, as one step.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, SelectableHelper};
use diesel_async::RunQueryDsl;
use serde_json::{Map, Value};

use super::failure::failed;
use super::row::Row;
use super::schema::tenancy_tenants;
use super::store::{SqlStore, next_version, now, to_its_end};
use super::values::{Json, Time};
use crate::store::StoreError;
use crate::tenant::TenantId;

macro_rules! merge {
    ($backend:ty, $merged:ident) => {
        impl SqlStore<$backend> {
            /// The row with the keys in it; none where the row is not there, or holds no metadata.
            pub(super) async fn merge(
                &self,
                id: &TenantId,
                patch: Map<String, Value>,
            ) -> Result<Option<Row>, StoreError> {
                let mut guard = self.pool.get().await?;
                let id = id.clone();
                to_its_end(async move { $merged(&id, patch, guard.connection()).await }).await.map_err(failed)
            }
        }
    };
}

/// PostgreSQL merges objects itself.
#[cfg(feature = "postgres")]
async fn by_the_server(
    id: &TenantId,
    patch: Map<String, Value>,
    connection: &mut diesel_async::AsyncPgConnection,
) -> QueryResult<Option<Row>> {
    use super::schema::{jsonb_typeof, merged_with};

    let patch = Json(Value::Object(patch).to_string());
    // What is no object would become a list, with the keys as its last element.
    let row =
        tenancy_tenants::table.find(id.as_str()).filter(jsonb_typeof(tenancy_tenants::metadata).eq("object"));
    let change = (
        tenancy_tenants::metadata.eq(merged_with(tenancy_tenants::metadata, patch)),
        tenancy_tenants::updated_at.eq(Time(now())),
        next_version(),
    );
    let update = diesel::update(row).set(change).returning(Row::as_returning());
    update.get_result(connection).await.optional()
}

/// SQLite and MySQL merge what is inside of values too, and take a key out for `null`. So the row is written first, which
/// holds it until the transaction ends; then read, and written with the keys.
#[cfg(any(feature = "mysql", feature = "sqlite"))]
macro_rules! by_hand {
    ($name:ident, $connection:ty) => {
        async fn $name(
            id: &TenantId,
            patch: Map<String, Value>,
            connection: &mut $connection,
        ) -> QueryResult<Option<Row>> {
            let merged = async |connection: &mut $connection| {
                let row = tenancy_tenants::table.find(id.as_str());
                let held = (tenancy_tenants::updated_at.eq(Time(now())), next_version());
                if diesel::update(row).set(held).execute(connection).await? == 0 {
                    return Ok(None);
                }
                let Json(text) = row.select(tenancy_tenants::metadata).first(connection).await?;
                let Ok(Value::Object(mut metadata)) = serde_json::from_str(&text) else {
                    // Nothing is to stay of what was written.
                    return Err(diesel::result::Error::RollbackTransaction);
                };
                metadata.extend(patch);
                let metadata = Json(Value::Object(metadata).to_string());
                diesel::update(row).set(tenancy_tenants::metadata.eq(metadata)).execute(connection).await?;
                row.select(Row::as_select()).first(connection).await.optional()
            };
            match diesel_async::AsyncConnection::transaction(connection, merged).await {
                Err(diesel::result::Error::RollbackTransaction) => Ok(None),
                merged => merged,
            }
        }
    };
}

#[cfg(feature = "mysql")]
by_hand!(by_hand_mysql, diesel_async::AsyncMysqlConnection);
#[cfg(feature = "mysql")]
merge!(crate::db::Mysql, by_hand_mysql);
#[cfg(feature = "postgres")]
merge!(crate::db::Postgres, by_the_server);
#[cfg(feature = "sqlite")]
by_hand!(by_hand_sqlite, <crate::db::Sqlite as crate::db::sealed::Driver>::Connection);
#[cfg(feature = "sqlite")]
merge!(crate::db::Sqlite, by_hand_sqlite);
