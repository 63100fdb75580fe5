//! The names of tenancy for SQLite, for applications that compile more than one backend in.

pub use crate::db::Sqlite;

/// [`Tenancy`](crate::Tenancy) on SQLite.
pub type Tenancy = crate::Tenancy<Sqlite>;
/// [`TenantDb`](crate::TenantDb) on SQLite.
pub type TenantDb = crate::TenantDb<Sqlite>;
/// [`SqlAudit`](crate::audit::SqlAudit) on SQLite.
pub type SqlAudit = crate::audit::SqlAudit<Sqlite>;
