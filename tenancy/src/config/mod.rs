//! What an application says at start-up, and every problem with it at once.

mod builder;
mod check;
mod error;
mod inspect;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "mysql")]
mod mysql_columns;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod named;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
mod supported;

pub use self::builder::TenancyBuilder;
pub use self::error::ConfigError;
pub use self::supported::Supported;

pub(crate) use self::check::check_tables;
pub(crate) use self::inspect::inspect_shared;
