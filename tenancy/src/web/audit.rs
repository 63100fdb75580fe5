//! The audit log as a handler takes it.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderName, USER_AGENT};
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::behind::Behind;
use super::head::{self, ActixHeaders};
use crate::audit::{Actor, AuditLog, Origin};
use crate::error::TenancyError;

/// What proxies and clients number requests by.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The application's audit log, for the request's tenant and with the address, the client and the number of the request.
///
/// The actor is the [`Actor`] that the application's authentication has put into the request's extensions, and an
/// [`Origin`] of its own goes before what is read from the head here: a number that the application has given the request,
/// say. A client may send any `X-Request-ID` and any `User-Agent`.
impl FromRequest for AuditLog {
    type Error = TenancyError;
    type Future = Ready<Result<Self, TenancyError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            Behind::of(request, "a handler that takes `AuditLog`,")
                .map(|(behind, _)| of(request, &behind.audit)),
        )
    }
}

fn of(request: &HttpRequest, log: &AuditLog) -> AuditLog {
    let extensions = request.extensions();
    let origin = extensions.get::<Origin>().cloned();
    let log = log.from_origin(origin.unwrap_or_else(|| origin_of(request, log)));
    match extensions.get::<Actor>() {
        Some(actor) => log.by(actor.clone()),
        None => log,
    }
}

fn origin_of(request: &HttpRequest, log: &AuditLog) -> Origin {
    let headers = ActixHeaders(request.headers());
    let head = head::of_handled(request, &headers, "");
    let client = match log.proxies() {
        Some(proxies) => proxies.client(&head),
        None => head.peer(),
    };
    let text = |name: &HeaderName| {
        let value = request.headers().get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let mut origin = Origin::new();
    if let Some(client) = client {
        origin = origin.with_ip(client);
    }
    if let Some(user_agent) = text(&USER_AGENT) {
        origin = origin.with_user_agent(user_agent);
    }
    match text(&REQUEST_ID) {
        Some(id) => origin.with_request_id(id),
        None => origin,
    }
}
