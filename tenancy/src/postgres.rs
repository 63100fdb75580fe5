//! The names of tenancy for PostgreSQL, for applications that compile more than one backend in.

pub use crate::db::{Postgres, TransactionBuilder};

/// [`Tenancy`](crate::Tenancy) on PostgreSQL.
pub type Tenancy = crate::Tenancy<Postgres>;
/// [`TenantDb`](crate::TenantDb) on PostgreSQL.
pub type TenantDb = crate::TenantDb<Postgres>;
/// [`SqlAudit`](crate::audit::SqlAudit) on PostgreSQL.
pub type SqlAudit = crate::audit::SqlAudit<Postgres>;
