//! Where tenants are registered: the [`TenantStore`] and what keeps it.
//!
//! A store holds records and nothing else. It makes no schema, drops no database and asks nobody whether a
//! change is allowed; the verbs that do live above it.

#[cfg(feature = "cache")]
mod cached;
#[cfg(any(test, feature = "testing"))]
pub(crate) mod conformance;
#[cfg(test)]
pub(crate) mod contract;
mod error;
#[cfg(feature = "file")]
mod file;
mod list;
mod memory;
mod migrations;
mod registry;
mod search;
#[cfg(feature = "redis")]
mod shared;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod sql;
mod tenant_store;

#[cfg(feature = "cache")]
pub use cached::{CachePolicy, CacheStats, CachedStore};
pub use error::StoreError;
#[cfg(feature = "file")]
pub use file::{FileStore, FileStoreError};
pub use list::{LatestTenants, ListTenants, MAX_BATCH, TenantPage, Tenants};
pub(crate) use list::{check_batch, in_order};
pub use memory::MemoryStore;
#[cfg(feature = "mysql")]
pub use migrations::mysql_registry_migrations;
#[cfg(feature = "postgres")]
pub use migrations::postgres_registry_migrations;
#[cfg(feature = "sqlite")]
pub use migrations::sqlite_registry_migrations;
pub(crate) use registry::Registry;
pub(crate) use search::folded;
pub use search::{SearchRank, SearchTenants};
#[cfg(feature = "redis")]
pub use shared::{RedisPolicy, RedisStats, RedisStore};
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
pub use sql::SqlStore;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
pub(crate) use sql::{Moment, StoredTime, Time};
#[cfg(all(feature = "limit", any(feature = "mysql", feature = "postgres", feature = "sqlite")))]
pub(crate) use sql::{failed, to_its_end};
pub use tenant_store::TenantStore;
