//! Quotas: how many users a tenant may have, how much it may store, and counters of the application's own.

mod error;
mod memory;
mod name;
mod quotas;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod sql;
mod store;

pub use self::error::QuotaError;
pub use self::memory::MemoryQuotaStore;
pub use self::name::QuotaName;
pub use self::quotas::{Quota, QuotaUse, Quotas};
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
pub use self::sql::SqlQuotaStore;
pub use self::store::QuotaStore;
