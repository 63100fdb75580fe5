//! Links back to the tenant of a request.

use actix_web::HttpRequest;

use super::behind::Behind;
use super::head::{self, ActixHeaders};
use crate::error::TenancyError;

/// Where `path` is for the tenant in context, in the way in which the request names it: behind `/tenants/acme` where
/// paths name tenants, on `acme.example.com` where hosts do. `path` is as the application's routes have it, and may have
/// a query and a fragment; it never becomes another host's.
///
/// # Errors
///
/// `Scope` outside a tenant's scope, and on a route without the middleware.
pub fn tenant_url(request: &HttpRequest, path: &str) -> Result<String, TenancyError> {
    let (behind, context) = Behind::of(request, "`tenant_url`")?;
    let headers = ActixHeaders(request.headers());
    let head = head::of_handled(request, &headers);
    Ok(behind.resolver.link(&head, context.tenant().identifier(), path))
}
