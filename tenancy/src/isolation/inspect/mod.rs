//! The auditor: whether the walls between tenants stand in a live PostgreSQL database.
//!
//! `catalogue` reads, `expression` and `ask` judge policies, `check` says what is wrong. [`Report`] is what comes of it.

#[cfg(feature = "postgres")]
mod ask;
#[cfg(feature = "postgres")]
mod catalogue;
#[cfg(feature = "postgres")]
mod check;
#[cfg(feature = "postgres")]
mod expression;
mod finding;
#[cfg(feature = "postgres")]
mod inspection;
#[cfg(feature = "postgres")]
mod judged;
mod mode;
mod report;
mod subject;

pub use self::finding::{Finding, Severity};
#[cfg(feature = "postgres")]
pub use self::inspection::Inspection;
pub use self::mode::Inspect;
pub use self::report::Report;
pub use self::subject::{TableName, TableNameError};
#[cfg(feature = "postgres")]
pub use super::rls::{KeyType, RlsMigration, RlsTable};
