//! Where tenants are registered: the [`TenantStore`] and what keeps it.
//!
//! A store holds records and nothing else. It makes no schema, drops no database and asks nobody whether a
//! change is allowed; the verbs that do live above it.

#[cfg(feature = "cache")]
mod cached;
#[cfg(test)]
pub(crate) mod contract;
mod error;
mod list;
mod memory;
mod migrations;
mod registry;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod sql;
mod tenant_store;

#[cfg(feature = "cache")]
pub use cached::{CachePolicy, CacheStats, CachedStore};
pub use error::StoreError;
pub use list::{ListTenants, TenantPage};
pub use memory::MemoryStore;
#[cfg(feature = "mysql")]
pub use migrations::mysql_registry_migrations;
#[cfg(feature = "postgres")]
pub use migrations::postgres_registry_migrations;
#[cfg(feature = "sqlite")]
pub use migrations::sqlite_registry_migrations;
pub(crate) use registry::Registry;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
pub use sql::SqlStore;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
pub(crate) use sql::{Moment, StoredTime, Time};
pub use tenant_store::TenantStore;
