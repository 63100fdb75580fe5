//! From errors to responses.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use diesel::result::{DatabaseErrorKind, EmptyChangeset};
use serde_json::json;

#[cfg(feature = "limit")]
use super::limited::whole_seconds;
use crate::audit::AuditError;
use crate::db::ConnectionError;
use crate::error::TenancyError;
use crate::isolation::{IsolationError, RelocateError};
#[cfg(feature = "limit")]
use crate::limit::{QuotaError, RateLimitError};
use crate::resolve::ResolveError;
use crate::store::StoreError;

/// The answer to a request whose tenant is missing, malformed, unknown or not active: one and the same, so
/// that nobody learns which tenants exist.
const NO_TENANT: (StatusCode, &str) = (StatusCode::NOT_FOUND, "tenant not found");

/// The answer where every connection, or every one that the tenant may have, is in use, and to a write of a tenant that
/// is being moved.
const BUSY: (StatusCode, &str) = (StatusCode::SERVICE_UNAVAILABLE, "too busy, try again");
/// When to try again, in seconds: connections come back within a request's time.
const RETRY_SECONDS: &str = "1";

impl ResponseError for TenancyError {
    fn status_code(&self) -> StatusCode {
        status_and_title(self).0
    }

    /// JSON problem details (RFC 9457). What went wrong inside is for the log, not for the client.
    fn error_response(&self) -> HttpResponse {
        of(self, false)
    }
}

/// The answer to a request that failed with this error; `tells_apart` says why a request has no tenant.
pub(super) fn of(error: &TenancyError, tells_apart: bool) -> HttpResponse {
    let (status, title) = match error {
        TenancyError::Resolve(error) if tells_apart => told_apart(error),
        error => status_and_title(error),
    };
    log(error);
    let mut response = HttpResponse::build(status);
    if (status, title) == BUSY {
        response.insert_header((RETRY_AFTER, RETRY_SECONDS));
    }
    #[cfg(feature = "limit")]
    if let TenancyError::RateLimit(RateLimitError::Exceeded(decision)) = error {
        let seconds = whole_seconds(decision.retry_after().unwrap_or_default()).max(1);
        response.insert_header((RETRY_AFTER, seconds));
    }
    response
        .insert_header((CONTENT_TYPE, "application/problem+json"))
        .json(json!({ "type": "about:blank", "title": title, "status": status.as_u16() }))
}

/// What a client is not told is for the log.
pub(super) fn log(error: &TenancyError) {
    if status_and_title(error).0.is_server_error() {
        tracing::error!(error = %error, "a request failed");
    } else {
        tracing::debug!(error = %error, "a request was refused");
    }
}

/// Where the middleware is to tell them apart.
fn told_apart(error: &ResolveError) -> (StatusCode, &'static str) {
    match error {
        ResolveError::Nothing => (StatusCode::BAD_REQUEST, "no tenant named"),
        ResolveError::Refused(_) => (StatusCode::BAD_REQUEST, "tenant named in a way that is refused"),
        ResolveError::Conflict { .. } => (StatusCode::BAD_REQUEST, "two tenants named"),
        ResolveError::Unknown => NO_TENANT,
        ResolveError::NotActive { .. } => (StatusCode::FORBIDDEN, "tenant not active"),
    }
}

/// The one table from errors to responses.
fn status_and_title(error: &TenancyError) -> (StatusCode, &'static str) {
    match error {
        TenancyError::Resolve(_) => NO_TENANT,
        TenancyError::Connection(error) | TenancyError::Isolation(IsolationError::Connection(error)) => {
            match error {
                ConnectionError::Exhausted { .. }
                | ConnectionError::TenantBusy { .. }
                | ConnectionError::TooManyConnections { .. }
                | ConnectionError::TooManyPools { .. } => BUSY,
                ConnectionError::InvalidUrl { .. } | ConnectionError::Unreachable { .. } => {
                    (StatusCode::SERVICE_UNAVAILABLE, "database not available")
                }
            }
        }
        TenancyError::Relocate(RelocateError::Held { .. }) => BUSY,
        #[cfg(feature = "limit")]
        TenancyError::RateLimit(RateLimitError::Exceeded(_)) => {
            (StatusCode::TOO_MANY_REQUESTS, "too many requests")
        }
        #[cfg(feature = "limit")]
        TenancyError::RateLimit(RateLimitError::Store(_)) => BUSY,
        #[cfg(feature = "limit")]
        TenancyError::Quota(QuotaError::Exceeded { .. }) => (StatusCode::FORBIDDEN, "quota used up"),
        #[cfg(feature = "limit")]
        TenancyError::Quota(QuotaError::NoTenant { .. }) => NO_TENANT,
        #[cfg(feature = "limit")]
        TenancyError::Quota(_) | TenancyError::RateLimit(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "internal error")
        }
        TenancyError::Audit(AuditError::Contended { .. }) => BUSY,
        TenancyError::Database(diesel::result::Error::NotFound) => (StatusCode::NOT_FOUND, "not found"),
        TenancyError::Database(diesel::result::Error::DatabaseError(
            DatabaseErrorKind::UniqueViolation
            | DatabaseErrorKind::ForeignKeyViolation
            | DatabaseErrorKind::NotNullViolation
            | DatabaseErrorKind::CheckViolation,
            _,
        )) => (StatusCode::CONFLICT, "in conflict with what is there"),
        TenancyError::Database(diesel::result::Error::QueryBuilderError(inner))
            if inner.is::<EmptyChangeset>() =>
        {
            (StatusCode::BAD_REQUEST, "nothing to change")
        }
        TenancyError::Lifecycle(_)
        | TenancyError::Store(StoreError::OtherStatus { .. })
        | TenancyError::Relocate(RelocateError::Status { .. }) => {
            (StatusCode::CONFLICT, "not in this status")
        }
        TenancyError::Relocate(RelocateError::UnderWay { .. } | RelocateError::Unfinished { .. })
        | TenancyError::Store(StoreError::OtherPlacement { .. }) => (StatusCode::CONFLICT, "being moved"),
        TenancyError::Store(StoreError::NotFound { .. }) => NO_TENANT,
        TenancyError::Store(
            StoreError::DuplicateId { .. }
            | StoreError::DuplicateIdentifier { .. }
            | StoreError::DuplicateDomain { .. },
        ) => (StatusCode::CONFLICT, "already taken"),
        TenancyError::Tenant(_) | TenancyError::Store(StoreError::Invalid(_)) => {
            (StatusCode::BAD_REQUEST, "not a valid tenant")
        }
        TenancyError::Audit(_)
        | TenancyError::Config(_)
        | TenancyError::Database(_)
        | TenancyError::Isolation(_)
        | TenancyError::Migrate(_)
        | TenancyError::Relocate(_)
        | TenancyError::Scope(_)
        | TenancyError::Store(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal error"),
    }
}
