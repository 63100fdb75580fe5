//! The statements of the log, on each backend.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, SelectableHelper};
use diesel_async::RunQueryDsl;
use futures_core::future::BoxFuture;
use futures_util::FutureExt;

use super::insert::InsertLinks;
use super::row::Row;
use super::schema::tenancy_audit;
use crate::db::{Backend, TenantDb};

/// The number and the hash of a chain's newest entry.
type Newest = (i64, Vec<u8>);

/// A database that can keep the audit log: each that tenancy knows. Sealed, as [`Backend`] is.
pub trait AuditBackend: Backend {
    /// The number and the hash of a chain's newest entry.
    #[doc(hidden)]
    fn newest<'a>(
        connection: &'a mut Self::Connection,
        chain: &'a str,
    ) -> BoxFuture<'a, QueryResult<Option<Newest>>>;

    #[doc(hidden)]
    fn insert(connection: &mut Self::Connection, links: InsertLinks) -> BoxFuture<'_, QueryResult<usize>>;

    /// As [`newest`](Self::newest), by a handle: what its transaction sees.
    #[doc(hidden)]
    fn newest_in<'a>(
        db: &'a mut TenantDb<Self>,
        chain: &'a str,
    ) -> BoxFuture<'a, QueryResult<Option<Newest>>>;

    /// The hash of this entry, by a handle; what others have committed meanwhile counts.
    #[doc(hidden)]
    fn hash_in<'a>(
        db: &'a mut TenantDb<Self>,
        chain: &'a str,
        seq: i64,
    ) -> BoxFuture<'a, QueryResult<Option<Vec<u8>>>>;

    /// In a savepoint: a number that is taken does not end the transaction.
    #[doc(hidden)]
    fn insert_in(db: &mut TenantDb<Self>, links: InsertLinks) -> BoxFuture<'_, QueryResult<usize>>;

    /// Entries of a chain from this number on, in the order of their numbers.
    #[doc(hidden)]
    fn page<'a>(
        connection: &'a mut Self::Connection,
        chain: &'a str,
        from: i64,
        limit: i64,
    ) -> BoxFuture<'a, QueryResult<Vec<Row>>>;

    /// The first chain behind this one.
    #[doc(hidden)]
    fn next_chain<'a>(
        connection: &'a mut Self::Connection,
        after: Option<&'a str>,
    ) -> BoxFuture<'a, QueryResult<Option<String>>>;

    /// The newest entries, newest first.
    #[doc(hidden)]
    fn tail<'a>(
        connection: &'a mut Self::Connection,
        chain: Option<&'a str>,
        limit: i64,
    ) -> BoxFuture<'a, QueryResult<Vec<Row>>>;
}

/// Diesel needs the connection's concrete type to prove that it can run a query. `$lock` makes a query read what is
/// committed, and not what was when its transaction began.
macro_rules! audit_backend {
    ($backend:ty, $lock:ident) => {
        impl AuditBackend for $backend {
            fn newest<'a>(
                connection: &'a mut Self::Connection,
                chain: &'a str,
            ) -> BoxFuture<'a, QueryResult<Option<Newest>>> {
                let query = tenancy_audit::table
                    .filter(tenancy_audit::tenant.eq(chain))
                    .order(tenancy_audit::seq.desc())
                    .select((tenancy_audit::seq, tenancy_audit::hash));
                async move { query.first(connection).await.optional() }.boxed()
            }

            fn insert(
                connection: &mut Self::Connection,
                links: InsertLinks,
            ) -> BoxFuture<'_, QueryResult<usize>> {
                async move { links.execute(connection).await }.boxed()
            }

            fn newest_in<'a>(
                db: &'a mut TenantDb<Self>,
                chain: &'a str,
            ) -> BoxFuture<'a, QueryResult<Option<Newest>>> {
                let query = tenancy_audit::table
                    .filter(tenancy_audit::tenant.eq(chain))
                    .order(tenancy_audit::seq.desc())
                    .select((tenancy_audit::seq, tenancy_audit::hash));
                async move { query.first(db).await.optional() }.boxed()
            }

            fn hash_in<'a>(
                db: &'a mut TenantDb<Self>,
                chain: &'a str,
                seq: i64,
            ) -> BoxFuture<'a, QueryResult<Option<Vec<u8>>>> {
                let query = tenancy_audit::table
                    .filter(tenancy_audit::tenant.eq(chain))
                    .filter(tenancy_audit::seq.eq(seq))
                    .select(tenancy_audit::hash);
                async move { $lock!(query).get_result(db).await.optional() }.boxed()
            }

            fn insert_in(db: &mut TenantDb<Self>, links: InsertLinks) -> BoxFuture<'_, QueryResult<usize>> {
                db.transaction(async move |db| links.execute(db).await).boxed()
            }

            fn page<'a>(
                connection: &'a mut Self::Connection,
                chain: &'a str,
                from: i64,
                limit: i64,
            ) -> BoxFuture<'a, QueryResult<Vec<Row>>> {
                let query = tenancy_audit::table
                    .filter(tenancy_audit::tenant.eq(chain))
                    .filter(tenancy_audit::seq.ge(from))
                    .order(tenancy_audit::seq)
                    .select(Row::as_select())
                    .limit(limit);
                async move { query.load(connection).await }.boxed()
            }

            fn next_chain<'a>(
                connection: &'a mut Self::Connection,
                after: Option<&'a str>,
            ) -> BoxFuture<'a, QueryResult<Option<String>>> {
                let mut query = tenancy_audit::table
                    .order(tenancy_audit::tenant)
                    .select(tenancy_audit::tenant)
                    .limit(1)
                    .into_boxed();
                if let Some(after) = after {
                    query = query.filter(tenancy_audit::tenant.gt(after));
                }
                async move { query.get_result(connection).await.optional() }.boxed()
            }

            fn tail<'a>(
                connection: &'a mut Self::Connection,
                chain: Option<&'a str>,
                limit: i64,
            ) -> BoxFuture<'a, QueryResult<Vec<Row>>> {
                let query = tenancy_audit::table.select(Row::as_select()).limit(limit).into_boxed();
                let query = match chain {
                    Some(chain) => {
                        query.filter(tenancy_audit::tenant.eq(chain)).order(tenancy_audit::seq.desc())
                    }
                    None => query.order((
                        tenancy_audit::at.desc(),
                        tenancy_audit::tenant.desc(),
                        tenancy_audit::seq.desc(),
                    )),
                };
                async move { query.load(connection).await }.boxed()
            }
        }
    };
}

/// READ COMMITTED and SQLite's one writer at a time need no lock, for which PostgreSQL would ask for the right to UPDATE.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
macro_rules! without_lock {
    ($query:expr) => {
        $query
    };
}

/// InnoDB's REPEATABLE READ shows the state of the transaction's first read to all but locking reads. One row of the key
/// alone is locked and no gap beside it, into which others insert; and a shared lock asks for no right to UPDATE.
#[cfg(feature = "mysql")]
macro_rules! locking {
    ($query:expr) => {
        super::share::InShareMode(diesel::query_builder::AsQuery::as_query($query))
    };
}

#[cfg(feature = "mysql")]
audit_backend!(crate::db::Mysql, locking);
#[cfg(feature = "postgres")]
audit_backend!(crate::db::Postgres, without_lock);
#[cfg(feature = "sqlite")]
audit_backend!(crate::db::Sqlite, without_lock);
