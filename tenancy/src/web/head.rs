//! An actix request as a resolver sees it.

use actix_web::dev::ServiceRequest;
use actix_web::http::header::HeaderMap;

use crate::resolve::{Headers, RequestHead};

/// The headers of an actix request.
pub(super) struct ActixHeaders<'a>(pub(super) &'a HeaderMap);

impl Headers for ActixHeaders<'_> {
    fn values<'a>(&'a self, name: &str) -> Vec<&'a [u8]> {
        self.0.get_all(name).map(|value| value.as_bytes()).collect()
    }
}

/// The head of a request. The peer is the other end of the connection, whatever headers claim.
pub(super) fn of<'a>(request: &'a ServiceRequest, headers: &'a ActixHeaders<'a>) -> RequestHead<'a> {
    RequestHead::new(headers, request.path())
        .with_method(request.method().as_str())
        .with_authority(request.uri().authority().map(|authority| authority.as_str()))
        .with_query(request.query_string())
        .with_tls(request.app_config().secure())
        .with_peer(request.peer_addr().map(|address| address.ip()))
}
