//! An actix request as a resolver sees it.

use actix_web::HttpRequest;
use actix_web::dev::{RequestHead as ActixHead, ServiceRequest};
use actix_web::http::header::HeaderMap;

use super::rewrite;
use crate::resolve::{Headers, RequestHead};

/// The headers of an actix request.
pub(super) struct ActixHeaders<'a>(pub(super) &'a HeaderMap);

impl Headers for ActixHeaders<'_> {
    fn values<'a>(&'a self, name: &str) -> Vec<&'a [u8]> {
        self.0.get_all(name).map(|value| value.as_bytes()).collect()
    }
}

/// The head of a request on its way in.
pub(super) fn of<'a>(request: &'a ServiceRequest, headers: &'a ActixHeaders<'a>) -> RequestHead<'a> {
    new(request.head(), rewrite::path(request).unwrap_or(request.path()), headers)
        .with_tls(request.app_config().secure())
}

/// The head of a request that a handler has, with the path the handler sees, and that of the middleware's scope.
pub(super) fn of_handled<'a>(
    request: &'a HttpRequest,
    headers: &'a ActixHeaders<'a>,
    scope: &'a str,
) -> RequestHead<'a> {
    new(request.head(), request.path(), headers).with_tls(request.app_config().secure()).with_scope(scope)
}

/// The peer is the other end of the connection, whatever headers claim.
fn new<'a>(head: &'a ActixHead, path: &'a str, headers: &'a ActixHeaders<'a>) -> RequestHead<'a> {
    RequestHead::new(headers, path)
        .with_method(head.method.as_str())
        .with_authority(head.uri.authority().map(|authority| authority.as_str()))
        .with_query(head.uri.query().unwrap_or_default())
        .with_peer(head.peer_addr.map(|address| address.ip()))
}
