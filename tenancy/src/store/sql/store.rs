//! [`SqlStore`], and its queries.

use std::fmt;
use std::future::Future;

use async_trait::async_trait;
use chrono::{DateTime, SubsecRound, Utc};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::Bool;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, IntoSql, OptionalExtension, QueryDsl, QueryResult,
    SelectableHelper,
};
use diesel_async::RunQueryDsl;
use serde_json::{Map, Value};

use super::failure::{failed, failed_to_write};
#[cfg(feature = "mysql")]
use super::returned::read_back;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
use super::returned::returning;
use super::row::{Placed, Row, Written, corrupt};
use super::schema::{tenancy_domains, tenancy_tenants};
use super::values::Time;
use crate::db::{Backend, Pool};
use crate::store::{
    LatestTenants, ListTenants, SearchTenants, StoreError, TenantPage, TenantStore, Tenants, check_batch,
};
use crate::tenant::{
    Domain, Isolation, Placement, Slug, Tenant, TenantId, TenantRecord, TenantStatus, check,
};

/// The registry in the table `tenancy_tenants` of a database.
///
/// The table comes from the registry's migrations. A clone uses the same pool.
pub struct SqlStore<B: Backend> {
    pub(super) pool: Pool<B>,
}

impl<B: Backend> SqlStore<B> {
    /// A registry over connections of this pool, which must reach the database that holds the table.
    pub(crate) fn new(pool: Pool<B>) -> Self {
        Self { pool }
    }
}

impl<B: Backend> Clone for SqlStore<B> {
    fn clone(&self) -> Self {
        Self { pool: self.pool.clone() }
    }
}

impl<B: Backend> fmt::Debug for SqlStore<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlStore").finish_non_exhaustive()
    }
}

/// Now, as precisely as every backend keeps it.
pub(super) fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// A version as the database counts: what is too large for it is no row's.
fn stored(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

/// The assignment that every change of a row makes.
pub(super) fn next_version() -> NextVersion {
    tenancy_tenants::version.eq(tenancy_tenants::version + 1)
}

type NextVersion =
    diesel::dsl::Eq<tenancy_tenants::version, <tenancy_tenants::version as std::ops::Add<i64>>::Output>;

/// A page out of one row more than it may have, if there are as many.
fn page(mut rows: Vec<Row>, limit: usize) -> Result<TenantPage, StoreError> {
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = match rows.last() {
        Some(last) if has_more => {
            let id = TenantId::try_from(last.id.as_str());
            Some(id.map_err(|error| corrupt(&last.id, error.to_string()))?)
        }
        _ => None,
    };
    Ok(TenantPage { entries: rows.into_iter().map(Row::into_tenant).collect(), next })
}

/// Runs a statement to its end, also when nobody waits for it any more.
///
/// A request may be given up at any time, and the future that asks the store is dropped with it. A connection
/// must not go back to its pool while a statement of it is under way; diesel-async's SQLite connection panics
/// when it is asked whether it is fit to. Waiting for a connection is not part of it, so that abandoned calls
/// do not queue up.
pub(crate) async fn to_its_end<T: Send + 'static>(
    statement: impl Future<Output = QueryResult<T>> + Send + 'static,
) -> QueryResult<T> {
    tokio::spawn(statement).await.unwrap_or_else(|_| {
        let message = "the statement was cut short: the runtime is shutting down, or it panicked";
        Err(Error::DatabaseError(DatabaseErrorKind::UnableToSendCommand, Box::new(message.to_owned())))
    })
}

/// The store over one backend. Diesel needs the connection's concrete type to prove that it can run a query;
/// a generic implementation would repeat that proof as bounds, one for each statement. `$updated` runs an update
/// of one row and gives the row.
macro_rules! sql_store {
    ($backend:ty, $updated:ident) => {
        #[async_trait]
        impl TenantStore for SqlStore<$backend> {
            async fn create(&self, record: TenantRecord) -> Result<Tenant, StoreError> {
                let tenant = Tenant::from_record(TenantRecord { version: 1, ..record })?;
                let mut guard = self.pool.get().await?;
                let written = tenant.clone();
                let inserted = to_its_end(async move {
                    let values = (
                        tenancy_tenants::id.eq(written.id().as_str()),
                        tenancy_tenants::created_at.eq(Time(written.created_at())),
                        Placed::from(written.placement()),
                        Written::new(&written, written.updated_at()),
                    );
                    let insert = diesel::insert_into(tenancy_tenants::table).values(values);
                    insert.execute(guard.connection()).await
                });
                inserted.await.map_err(|error| failed_to_write(&tenant, error))?;
                Ok(tenant)
            }

            async fn get(&self, id: &TenantId) -> Result<Tenant, StoreError> {
                let query = tenancy_tenants::table.find(id.to_string()).select(Row::as_select());
                let mut guard = self.pool.get().await?;
                let row = to_its_end(async move { query.first(guard.connection()).await.optional() });
                row.await.map_err(failed)?.ok_or_else(|| StoreError::no_id(id))?.into_tenant()
            }

            async fn get_by_identifier(&self, identifier: &Slug) -> Result<Tenant, StoreError> {
                let query = tenancy_tenants::table
                    .filter(tenancy_tenants::identifier.eq(identifier.to_string()))
                    .select(Row::as_select());
                let mut guard = self.pool.get().await?;
                let row = to_its_end(async move { query.first(guard.connection()).await.optional() });
                row.await.map_err(failed)?.ok_or_else(|| StoreError::no_identifier(identifier))?.into_tenant()
            }

            async fn get_many(&self, ids: &[TenantId]) -> Result<Tenants, StoreError> {
                check_batch(ids)?;
                self.read_many(ids).await
            }

            async fn exists(&self, id: &TenantId) -> Result<bool, StoreError> {
                self.has(id).await
            }

            async fn get_by_domain(&self, domain: &Domain) -> Result<Tenant, StoreError> {
                let query = tenancy_domains::table
                    .find(domain.to_string())
                    .inner_join(tenancy_tenants::table)
                    .select(Row::as_select());
                let mut guard = self.pool.get().await?;
                let row = to_its_end(async move { query.first(guard.connection()).await.optional() });
                row.await.map_err(failed)?.ok_or_else(|| StoreError::no_domain(domain))?.into_tenant()
            }

            async fn add_domain(&self, id: &TenantId, domain: &Domain) -> Result<(), StoreError> {
                let row = (
                    tenancy_domains::domain.eq(domain.to_string()),
                    tenancy_domains::tenant.eq(id.to_string()),
                );
                let mut guard = self.pool.get().await?;
                let insert = diesel::insert_into(tenancy_domains::table).values(row);
                match to_its_end(async move { insert.execute(guard.connection()).await }).await {
                    Ok(_) => Ok(()),
                    Err(Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)) => {
                        Err(StoreError::no_id(id))
                    }
                    Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
                        // One that the tenant has already stays.
                        match self.domains(id).await?.contains(domain) {
                            true => Ok(()),
                            false => Err(StoreError::DuplicateDomain { domain: domain.clone() }),
                        }
                    }
                    Err(error) => Err(failed(error)),
                }
            }

            async fn remove_domain(&self, id: &TenantId, domain: &Domain) -> Result<(), StoreError> {
                let delete = diesel::delete(
                    tenancy_domains::table
                        .find(domain.to_string())
                        .filter(tenancy_domains::tenant.eq(id.to_string())),
                );
                let mut guard = self.pool.get().await?;
                match to_its_end(async move { delete.execute(guard.connection()).await }).await {
                    Ok(0) => Err(StoreError::no_domain(domain)),
                    deleted => deleted.map(drop).map_err(failed),
                }
            }

            async fn domains(&self, id: &TenantId) -> Result<Vec<Domain>, StoreError> {
                let query = tenancy_domains::table
                    .filter(tenancy_domains::tenant.eq(id.to_string()))
                    .order(tenancy_domains::domain)
                    .select(tenancy_domains::domain);
                let mut guard = self.pool.get().await?;
                let texts: Vec<String> =
                    to_its_end(async move { query.load(guard.connection()).await }).await.map_err(failed)?;
                let domain = |text: String| {
                    Domain::try_from(text).map_err(|error| corrupt(id.as_str(), error.to_string()))
                };
                texts.into_iter().map(domain).collect()
            }

            async fn list(&self, list: ListTenants) -> Result<TenantPage, StoreError> {
                let limit = list.effective_limit();
                let mut guard = self.pool.get().await?;
                let rows = to_its_end(async move {
                    let mut query = tenancy_tenants::table
                        .select(Row::as_select())
                        .order(tenancy_tenants::id)
                        .limit(i64::from(limit) + 1)
                        .into_boxed();
                    if let Some(after) = &list.after {
                        query = query.filter(tenancy_tenants::id.gt(after.as_str()));
                    }
                    if let Some(status) = list.status {
                        query = query.filter(tenancy_tenants::status.eq(status.as_str()));
                    }
                    query.load(guard.connection()).await
                });
                page(rows.await.map_err(failed)?, limit as usize)
            }

            async fn latest(&self, latest: LatestTenants) -> Result<Tenants, StoreError> {
                self.find_latest(latest).await
            }

            async fn search(&self, search: SearchTenants) -> Result<Tenants, StoreError> {
                self.find_text(search).await
            }

            async fn update(&self, tenant: &Tenant) -> Result<Tenant, StoreError> {
                let mut guard = self.pool.get().await?;
                let written = tenant.clone();
                let row = to_its_end(async move {
                    let as_read = tenancy_tenants::table
                        .find(written.id().as_str())
                        .filter(tenancy_tenants::version.eq(stored(written.version())));
                    let update = diesel::update(as_read).set((Written::new(&written, now()), next_version()));
                    $updated!(update, written.id(), guard.connection())
                });
                match row.await.map_err(|error| failed_to_write(tenant, error))? {
                    Some(row) => row.into_tenant(),
                    None if self.has(tenant.id()).await? => {
                        Err(StoreError::Stale { id: tenant.id().clone(), version: tenant.version() })
                    }
                    None => Err(StoreError::no_id(tenant.id())),
                }
            }

            async fn set_status(
                &self,
                id: &TenantId,
                expected: TenantStatus,
                status: TenantStatus,
            ) -> Result<Tenant, StoreError> {
                let as_expected = tenancy_tenants::table
                    .find(id.to_string())
                    .filter(tenancy_tenants::status.eq(expected.as_str()));
                let update = diesel::update(as_expected).set((
                    tenancy_tenants::status.eq(status.as_str()),
                    tenancy_tenants::updated_at.eq(Time(now())),
                    next_version(),
                ));
                let mut guard = self.pool.get().await?;
                let written = id.clone();
                let row = to_its_end(async move { $updated!(update, &written, guard.connection()) });
                match row.await.map_err(failed)? {
                    Some(row) => row.into_tenant(),
                    None => {
                        let status = self.get(id).await?.status();
                        Err(StoreError::OtherStatus { id: id.clone(), expected, status })
                    }
                }
            }

            async fn set_status_many(
                &self,
                ids: &[TenantId],
                expected: TenantStatus,
                status: TenantStatus,
            ) -> Result<Tenants, StoreError> {
                check_batch(ids)?;
                self.change_many(ids, expected, status).await
            }

            async fn merge_metadata(
                &self,
                id: &TenantId,
                patch: Map<String, Value>,
            ) -> Result<Tenant, StoreError> {
                check::metadata(&patch)?;
                match self.merge(id, patch).await? {
                    Some(row) => row.into_tenant(),
                    // Not there, or damaged: reading it says which.
                    None => match self.get(id).await {
                        Ok(_) => Err(StoreError::no_id(id)),
                        Err(error) => Err(error),
                    },
                }
            }

            async fn set_placement(
                &self,
                id: &TenantId,
                expected: Placement,
                placement: Placement,
            ) -> Result<Tenant, StoreError> {
                use tenancy_tenants::{isolation, relocation};
                // An unset one is equal to nothing, so it is asked for beside.
                let no_isolation = expected.isolation.is_none().into_sql::<Bool>();
                let no_relocation = expected.relocation.is_none().into_sql::<Bool>();
                let as_expected = tenancy_tenants::table
                    .find(id.to_string())
                    .filter(
                        isolation
                            .eq(expected.isolation.map(Isolation::as_str))
                            .or(isolation.is_null().and(no_isolation)),
                    )
                    .filter(
                        relocation
                            .eq(expected.relocation.as_ref().map(ToString::to_string))
                            .or(relocation.is_null().and(no_relocation)),
                    );
                let changed =
                    (Placed::from(placement), tenancy_tenants::updated_at.eq(Time(now())), next_version());
                let update = diesel::update(as_expected).set(changed);
                let mut guard = self.pool.get().await?;
                let written = id.clone();
                let row = to_its_end(async move { $updated!(update, &written, guard.connection()) });
                match row.await.map_err(failed)? {
                    Some(row) => row.into_tenant(),
                    None => {
                        self.get(id).await?;
                        Err(StoreError::OtherPlacement { id: id.clone() })
                    }
                }
            }

            async fn delete(&self, id: &TenantId) -> Result<(), StoreError> {
                let delete = diesel::delete(tenancy_tenants::table.find(id.to_string()));
                let mut guard = self.pool.get().await?;
                let deleted = to_its_end(async move { delete.execute(guard.connection()).await });
                match deleted.await.map_err(failed)? {
                    0 => Err(StoreError::no_id(id)),
                    _ => Ok(()),
                }
            }

            async fn count(&self, status: Option<TenantStatus>) -> Result<u64, StoreError> {
                let mut query = tenancy_tenants::table.count().into_boxed();
                if let Some(status) = status {
                    query = query.filter(tenancy_tenants::status.eq(status.as_str()));
                }
                let mut guard = self.pool.get().await?;
                let count = to_its_end(async move { query.get_result::<i64>(guard.connection()).await });
                Ok(count.await.map_err(failed)?.unsigned_abs())
            }
        }
    };
}

#[cfg(feature = "mysql")]
sql_store!(crate::db::Mysql, read_back);
#[cfg(feature = "postgres")]
sql_store!(crate::db::Postgres, returning);
#[cfg(feature = "sqlite")]
sql_store!(crate::db::Sqlite, returning);
