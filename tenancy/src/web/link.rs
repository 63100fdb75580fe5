//! Links back to the tenant of a request.

use actix_web::HttpRequest;

use super::behind::Behind;
use super::head::{self, ActixHeaders};
use crate::error::TenancyError;
use crate::resolve::Link;

/// Where `path` is for the tenant in context, in the way in which the request names it: behind `/tenants/acme` where
/// paths name tenants, on `acme.example.com` where hosts do. `path` is as the application's routes have it, from the root
/// on also within a scope, and may have a query and a fragment. It never becomes another host's, or another tenant's. A path
/// outside of the scope whose resolver has named the tenant by the path comes back as it is.
///
/// # Errors
///
/// `Scope` outside a tenant's scope, and on a route without the middleware.
pub fn tenant_url(request: &HttpRequest, path: &str) -> Result<String, TenancyError> {
    let (behind, context) = Behind::of(request, "`tenant_url`")?;
    let headers = ActixHeaders(request.headers());
    let head = head::of_handled(request, &headers, &behind.scope);
    let link = Link::new(&head, context.tenant().identifier(), path).from_tenant(&behind.tenant);
    Ok(behind.resolver.link_to(&link).unwrap_or_else(|| link.path().to_owned()))
}
