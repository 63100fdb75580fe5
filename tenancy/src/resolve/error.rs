//! Why a request has no tenant.

use super::refusal::Refusal;

/// A request did not lead to a tenant that can be served.
///
/// Who sends the request is told none of this: every variant has the same answer, so that nobody learns
/// which tenants exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// The request names no tenant.
    #[error("the request names no tenant")]
    Nothing,

    /// The request names a tenant in a way that is not allowed.
    #[error("the request's tenant is refused: {0}")]
    Refused(Refusal),

    /// The request names tenants that are not the same.
    #[error("the request names two tenants: by its {source_names}")]
    Conflict {
        /// The kinds of the resolvers, joined by `+`.
        source_names: String,
    },

    /// No tenant has the identifier.
    #[error("the request names a tenant that does not exist")]
    Unknown,

    /// The tenant is not served: being provisioned, suspended or deleted.
    #[error("the request's tenant is {status}")]
    NotActive {
        /// The tenant's status.
        status: crate::tenant::TenantStatus,
    },
}

impl ResolveError {
    /// The code that `tenancy resolve` prints.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "no-tenant",
            Self::Refused(refusal) => refusal.code(),
            Self::Conflict { .. } => "conflict",
            Self::Unknown => "unknown",
            Self::NotActive { .. } => "not-active",
        }
    }
}
