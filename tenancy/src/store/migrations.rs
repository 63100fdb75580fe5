//! The registry's own tables, as migrations built into the library.

#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

#[cfg(feature = "mysql")]
pub(crate) const MYSQL: EmbeddedMigrations = embed_migrations!("../migrations/registry/mysql");
#[cfg(feature = "postgres")]
pub(crate) const POSTGRES: EmbeddedMigrations = embed_migrations!("../migrations/registry/postgres");
#[cfg(feature = "sqlite")]
pub(crate) const SQLITE: EmbeddedMigrations = embed_migrations!("../migrations/registry/sqlite");

/// The migrations of the registry's table on MySQL and MariaDB, for a diesel-async or Diesel migration harness.
#[cfg(feature = "mysql")]
pub fn mysql_registry_migrations() -> EmbeddedMigrations {
    MYSQL
}

/// The migrations of the registry's table on PostgreSQL, for a diesel-async or Diesel migration harness.
#[cfg(feature = "postgres")]
pub fn postgres_registry_migrations() -> EmbeddedMigrations {
    POSTGRES
}

/// The migrations of the registry's table on SQLite, for a diesel-async or Diesel migration harness.
#[cfg(feature = "sqlite")]
pub fn sqlite_registry_migrations() -> EmbeddedMigrations {
    SQLITE
}
