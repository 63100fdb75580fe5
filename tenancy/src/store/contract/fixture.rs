//! An empty store of each kind, and the runtime a behaviour runs on.

use std::future::Future;
use std::sync::Arc;
#[cfg(any(feature = "cache", feature = "mysql", feature = "postgres", feature = "sqlite"))]
use std::time::Duration;

use super::Store;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
use crate::db::PoolOptions;
use crate::store::MemoryStore;
#[cfg(feature = "cache")]
use crate::store::{CachePolicy, CachedStore};
#[cfg(feature = "redis")]
use crate::store::{RedisPolicy, RedisStore};

/// Connections of one test; more than one, so that calls really meet in the database.
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
const OPTIONS: PoolOptions = PoolOptions { size: 4, wait: Duration::from_secs(10) };

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// The store as it is.
pub(super) fn bare(store: Store) -> Store {
    store
}

/// The store behind a cache that keeps for longer than any test takes: what it gives back late or wrong is seen.
#[cfg(feature = "cache")]
pub(super) fn cached(store: Store) -> Store {
    let hour = Duration::from_secs(3600);
    Arc::new(CachedStore::over(store, CachePolicy::default().kept(hour).absent(hour)))
}

/// The store behind a cache and a Redis, in which it has a prefix of its own. Without a Redis, behind the cache.
#[cfg(feature = "redis")]
pub(super) fn shared(store: Store) -> Store {
    let Ok(url) = std::env::var("TENANCY_TEST_REDIS_URL") else {
        eprintln!("without a Redis: TENANCY_TEST_REDIS_URL is not set, run `cargo xtask test`");
        return cached(store);
    };
    let policy = RedisPolicy::new(url).prefix(format!("store-{}", uuid::Uuid::now_v7()));
    let policy = policy.kept(Duration::from_secs(3600)).answers_within(Duration::from_secs(10));
    cached(Arc::new(RedisStore::over(store, policy)))
}

pub(super) fn memory(behaviour: impl AsyncFnOnce(Store)) {
    block_on(behaviour(Arc::new(MemoryStore::new())));
}

#[cfg(feature = "sqlite")]
pub(crate) use self::sqlite_file::SqliteFile;
#[cfg(feature = "sqlite")]
pub(super) use self::sqlite_file::sqlite;

#[cfg(feature = "sqlite")]
mod sqlite_file {
    use std::path::PathBuf;

    use diesel::{Connection, SqliteConnection};
    use diesel_migrations::MigrationHarness;

    use super::*;
    use crate::db::{DatabaseUrl, Pool, Sqlite};
    use crate::store::{SqlStore, sqlite_registry_migrations};

    /// A database file of one test, with the registry's table; gone with this value.
    pub(crate) struct SqliteFile(PathBuf);

    impl SqliteFile {
        pub(crate) fn new() -> Self {
            let name = format!("tenancy-store-{}.db", uuid::Uuid::now_v7());
            let file = Self(std::env::temp_dir().join(name));
            file.connection().run_pending_migrations(sqlite_registry_migrations()).unwrap();
            file
        }

        pub(crate) fn url(&self) -> String {
            self.0.to_str().unwrap().to_owned()
        }

        pub(crate) fn connection(&self) -> SqliteConnection {
            SqliteConnection::establish(&self.url()).unwrap()
        }

        pub(crate) fn store(&self) -> Store {
            let pool = Pool::<Sqlite>::new(DatabaseUrl::new("the registry", self.url()), OPTIONS);
            Arc::new(SqlStore::new(pool))
        }
    }

    impl Drop for SqliteFile {
        fn drop(&mut self) {
            for suffix in ["", "-wal", "-shm", "-journal"] {
                let mut path = self.0.clone().into_os_string();
                path.push(suffix);
                // Which of them there are depends on the journal mode.
                let _ = std::fs::remove_file(path);
            }
        }
    }

    pub(crate) fn sqlite(behaviour: impl AsyncFnOnce(Store)) {
        let file = SqliteFile::new();
        block_on(async { behaviour(file.store()).await });
    }
}

#[cfg(feature = "postgres")]
pub(super) use self::postgres_schema::postgres;
#[cfg(feature = "postgres")]
pub(crate) use self::postgres_schema::{BlockingPg, PostgresSchema};

#[cfg(feature = "postgres")]
mod postgres_schema {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;
    use diesel_async::AsyncPgConnection;
    use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
    use diesel_migrations::MigrationHarness;

    use super::*;
    use crate::db::{DatabaseUrl, Pool, Postgres};
    use crate::store::{SqlStore, postgres_registry_migrations};

    /// A connection that blocks, which migrations ask for.
    pub(crate) type BlockingPg = AsyncConnectionWrapper<AsyncPgConnection>;

    /// A schema of one test, with the registry's table; gone with this value.
    pub(crate) struct PostgresSchema {
        owner_url: String,
        name: String,
    }

    impl PostgresSchema {
        /// `None` where no server was given.
        pub(crate) fn new() -> Option<Self> {
            let Ok(owner_url) = std::env::var("TENANCY_TEST_PG_OWNER_URL") else {
                eprintln!("skipped: TENANCY_TEST_PG_OWNER_URL is not set, run `cargo xtask test`");
                return None;
            };
            let name = format!("store_{}", uuid::Uuid::now_v7().simple());
            let schema = Self { owner_url, name };
            let create = format!("CREATE SCHEMA {}", schema.name);
            BlockingPg::establish(&schema.owner_url).unwrap().batch_execute(&create).unwrap();
            schema.connection().run_pending_migrations(postgres_registry_migrations()).unwrap();
            Some(schema)
        }

        /// The database's URL, with this schema as the only one in the search path.
        pub(crate) fn url(&self) -> String {
            let separator = if self.owner_url.contains('?') { '&' } else { '?' };
            format!("{}{separator}options=-csearch_path%3D{}", self.owner_url, self.name)
        }

        /// Must be called outside a runtime: it brings its own.
        pub(crate) fn connection(&self) -> BlockingPg {
            BlockingPg::establish(&self.url()).unwrap()
        }

        pub(crate) fn store(&self) -> Store {
            Arc::new(SqlStore::new(Pool::<Postgres>::new(
                DatabaseUrl::new("the registry", self.url()),
                OPTIONS,
            )))
        }
    }

    impl Drop for PostgresSchema {
        fn drop(&mut self) {
            let sql = format!("DROP SCHEMA {} CASCADE", self.name);
            // A failing test must fail with its own message, and not with this one's.
            let _ =
                BlockingPg::establish(&self.owner_url).map(|mut connection| connection.batch_execute(&sql));
        }
    }

    pub(crate) fn postgres(behaviour: impl AsyncFnOnce(Store)) {
        let Some(schema) = PostgresSchema::new() else { return };
        block_on(async { behaviour(schema.store()).await });
    }
}

#[cfg(feature = "mysql")]
pub(super) use self::mysql_database::mysql;
#[cfg(feature = "mysql")]
pub(crate) use self::mysql_database::{BlockingMysql, MysqlDatabase};

#[cfg(feature = "mysql")]
mod mysql_database {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;
    use diesel_async::AsyncMysqlConnection;
    use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
    use diesel_migrations::MigrationHarness;

    use super::*;
    use crate::db::{DatabaseUrl, Mysql, Pool};
    use crate::store::{SqlStore, mysql_registry_migrations};

    /// A connection that blocks, which migrations ask for.
    pub(crate) type BlockingMysql = AsyncConnectionWrapper<AsyncMysqlConnection>;

    /// A database of one test, with the registry's table; gone with this value.
    pub(crate) struct MysqlDatabase {
        admin_url: String,
        name: String,
    }

    impl MysqlDatabase {
        /// `None` where no server was given.
        pub(crate) fn new() -> Option<Self> {
            let Ok(admin_url) = std::env::var("TENANCY_TEST_MYSQL_ADMIN_URL") else {
                eprintln!("skipped: TENANCY_TEST_MYSQL_ADMIN_URL is not set, run `cargo xtask test`");
                return None;
            };
            let name = format!("store_{}", uuid::Uuid::now_v7().simple());
            let database = Self { admin_url, name };
            let create = format!("CREATE DATABASE {}", database.name);
            BlockingMysql::establish(&database.admin_url).unwrap().batch_execute(&create).unwrap();
            database.connection().run_pending_migrations(mysql_registry_migrations()).unwrap();
            Some(database)
        }

        pub(crate) fn url(&self) -> String {
            let mut url = url::Url::parse(&self.admin_url).unwrap();
            url.set_path(&self.name);
            url.into()
        }

        /// Must be called outside a runtime: it brings its own.
        pub(crate) fn connection(&self) -> BlockingMysql {
            BlockingMysql::establish(&self.url()).unwrap()
        }

        pub(crate) fn store(&self) -> Store {
            Arc::new(SqlStore::new(Pool::<Mysql>::new(DatabaseUrl::new("the registry", self.url()), OPTIONS)))
        }
    }

    impl Drop for MysqlDatabase {
        fn drop(&mut self) {
            let sql = format!("DROP DATABASE {}", self.name);
            // A failing test must fail with its own message, and not with this one's.
            let _ = BlockingMysql::establish(&self.admin_url)
                .map(|mut connection| connection.batch_execute(&sql));
        }
    }

    pub(crate) fn mysql(behaviour: impl AsyncFnOnce(Store)) {
        let Some(database) = MysqlDatabase::new() else { return };
        block_on(async { behaviour(database.store()).await });
    }
}
