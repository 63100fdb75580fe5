//! The trait behind which every way of naming a tenant stands.

use std::fmt;

use async_trait::async_trait;

use super::head::RequestHead;
use crate::tenant::Slug;

/// What a resolver has found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resolution {
    /// The request names this tenant.
    Identifier(Slug),
    /// The request names no tenant where this resolver looks.
    Nothing,
    /// The request names a tenant in a way that is not allowed; it must not be served.
    Refused(&'static str),
}

/// Finds the tenant a request names.
///
/// It runs on each request, on the worker that serves it: the future need not be `Send`.
#[async_trait(?Send)]
pub trait TenantResolver: fmt::Debug + Send + Sync + 'static {
    /// Looks at the head of a request.
    async fn resolve(&self, request: &RequestHead<'_>) -> Resolution;
}
