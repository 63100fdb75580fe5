//! The one error type that users meet; each room has its own behind it.

use crate::audit::AuditError;
use crate::config::ConfigError;
use crate::context::ScopeError;
use crate::db::ConnectionError;
use crate::isolation::{IsolationError, RelocateError};
use crate::lifecycle::LifecycleError;
#[cfg(feature = "limit")]
use crate::limit::{QuotaError, RateLimitError};
use crate::migrate::MigrateError;
use crate::resolve::ResolveError;
use crate::store::StoreError;
use crate::tenant::TenantError;

/// What tenancy can fail with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TenancyError {
    /// The audit log.
    #[error(transparent)]
    Audit(#[from] AuditError),

    /// The configuration is wrong, or what it names cannot be reached.
    #[error(transparent)]
    Config(#[from] ConfigError),

    /// No connection.
    #[error(transparent)]
    Connection(#[from] ConnectionError),

    /// The database, or Diesel, refused a statement.
    #[error("the database refused a statement: {0}")]
    Database(#[source] diesel::result::Error),

    /// A tenant's place.
    #[error(transparent)]
    Isolation(#[from] IsolationError),

    /// A tenant whose status does not allow it.
    #[error(transparent)]
    Lifecycle(#[from] LifecycleError),

    /// A migration.
    #[error(transparent)]
    Migrate(#[from] MigrateError),

    /// A quota that is used up, or could not be counted.
    #[cfg(feature = "limit")]
    #[error(transparent)]
    Quota(#[from] QuotaError),

    /// A rate limit that is used up, or could not be counted.
    #[cfg(feature = "limit")]
    #[error(transparent)]
    RateLimit(#[from] RateLimitError),

    /// A tenant that is being moved, or could not be.
    #[error(transparent)]
    Relocate(#[from] RelocateError),

    /// A request without a tenant that can be served.
    #[error(transparent)]
    Resolve(#[from] ResolveError),

    /// No tenant in context, or another than the query's.
    #[error(transparent)]
    Scope(#[from] ScopeError),

    /// The registry of tenants.
    #[error(transparent)]
    Store(#[from] StoreError),

    /// A value that is no part of a tenant.
    #[error(transparent)]
    Tenant(#[from] TenantError),
}

impl From<diesel::result::Error> for TenancyError {
    /// Takes what went wrong with the scope out of Diesel's error again: Diesel has no other way to carry it. A write
    /// that is held because its tenant is being moved is told from what else the database refuses.
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::Error::{DatabaseError, QueryBuilderError};
        match error {
            DatabaseError(kind, information) => match RelocateError::of_fence(&*information) {
                Some(held) => Self::Relocate(held),
                None => Self::Database(DatabaseError(kind, information)),
            },
            QueryBuilderError(inner) => match inner.downcast::<ScopeError>() {
                Ok(scope) => Self::Scope(*scope),
                Err(inner) => Self::Database(QueryBuilderError(inner)),
            },
            other => Self::Database(other),
        }
    }
}
