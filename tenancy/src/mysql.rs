//! The names of tenancy for MySQL and MariaDB, for applications that compile more than one backend in.

pub use crate::db::Mysql;

/// [`Tenancy`](crate::Tenancy) on MySQL.
pub type Tenancy = crate::Tenancy<Mysql>;
/// [`TenantDb`](crate::TenantDb) on MySQL.
pub type TenantDb = crate::TenantDb<Mysql>;
/// [`SqlAudit`](crate::audit::SqlAudit) on MySQL and MariaDB.
pub type SqlAudit = crate::audit::SqlAudit<Mysql>;
