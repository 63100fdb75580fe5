//! The path that the application sees.

use actix_web::dev::ServiceRequest;
use actix_web::http::Uri;

/// The path as the routes behind the middleware see it, not decoded: all of it around an application, and what is left
/// behind the scope's own prefix around a scope. `None` where the prefix is written in another way than its route.
pub(super) fn path(request: &ServiceRequest) -> Option<&str> {
    let left = request.path().strip_prefix(prefix(request))?;
    Some(if left.is_empty() { "/" } else { left })
}

/// Has the routes behind the middleware see `remainder` instead. `None` if that makes no path.
pub(super) fn replace(request: &mut ServiceRequest, remainder: &str) -> Option<()> {
    let before = prefix(request);
    // A prefix that was written in another way than its route is cannot be put in front of something.
    if !request.path().starts_with(before) {
        return None;
    }
    let mut path = format!("{before}{remainder}");
    if let Some(query) = request.uri().query() {
        path.push('?');
        path.push_str(query);
    }
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = Some(path.parse().ok()?);
    let uri = Uri::from_parts(parts).ok()?;
    request.match_info_mut().get_mut().update(&uri);
    request.head_mut().uri = uri;
    Some(())
}

/// What routes around the middleware have taken.
pub(super) fn prefix(request: &ServiceRequest) -> &str {
    let (whole, left) = (request.match_info().as_str(), request.match_info().unprocessed());
    whole.strip_suffix(left).unwrap_or_default()
}
