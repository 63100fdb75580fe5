//! Connections: pools of them, and the handle that runs one tenant's queries.

mod backend;
#[cfg(feature = "sqlite")]
mod batch;
mod bound;
mod connection;
mod error;
mod handle;
#[cfg(feature = "postgres")]
mod in_setting;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod pipeline;
mod pool;
#[cfg(feature = "postgres")]
mod pooled;
mod pools;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
mod prepared;
#[cfg(feature = "postgres")]
mod probe;
mod session;
#[cfg(feature = "postgres")]
mod setting;
mod share;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "postgres")]
mod told;
#[cfg(feature = "postgres")]
mod transaction_builder;
mod transactions;
mod url;
#[cfg(feature = "postgres")]
mod watched;
#[cfg(feature = "postgres")]
mod wire;

pub use self::backend::{Backend, DefaultBackend};
pub use self::error::ConnectionError;
pub use self::handle::TenantDb;
pub use self::transactions::TenantTransactions;

#[cfg(feature = "mysql")]
pub use self::mysql::Mysql;
#[cfg(feature = "postgres")]
pub use self::postgres::Postgres;
#[cfg(feature = "postgres")]
pub(crate) use self::postgres::driver;
#[cfg(feature = "postgres")]
pub(crate) use self::probe::{Between, NOT_FOLLOWED};
#[cfg(feature = "postgres")]
pub(crate) use self::setting::TENANT_SETTING;
#[cfg(feature = "sqlite")]
pub use self::sqlite::Sqlite;
#[cfg(feature = "postgres")]
pub use self::transaction_builder::TransactionBuilder;

pub(crate) use self::backend::sealed;
pub(crate) use self::pool::{Pool, PoolOptions};
pub(crate) use self::pools::{Pools, PoolsLimits};
pub(crate) use self::share::ShareLimits;
#[cfg(feature = "sqlite")]
pub(crate) use self::sqlite::file_url;
pub(crate) use self::url::DatabaseUrl;
