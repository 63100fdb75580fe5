//! WebSockets.

use std::panic::AssertUnwindSafe;

use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{CloseCode, CloseReason, MessageStream, Session};
use futures_util::FutureExt;
use futures_util::future::{self, Either};

use super::behind::Behind;

/// Opens a WebSocket whose work runs in the tenant's scope, on the worker that took the request, until the work is done
/// or the tenant is not served any more.
///
/// It closes with 1000 when the work is done, 1008 within a second of the tenant's suspension, and 1011 if the work
/// panics. A handshake of a request without a tenant is refused by the middleware like every other request.
///
/// Cost: that of [`while_served`](super::while_served).
///
/// # Errors
///
/// A request that is no handshake, and a route without the middleware.
pub fn websocket<F, W>(
    request: &HttpRequest,
    body: web::Payload,
    work: F,
) -> Result<HttpResponse, actix_web::Error>
where
    F: FnOnce(Session, MessageStream) -> W + 'static,
    W: Future<Output = ()> + 'static,
{
    let (behind, context) = Behind::of(request, "`websocket`")?;
    let (response, session, messages) = actix_ws::handle(request, body)?;
    let closing = session.clone();
    let left = behind.left(&context);
    let work = context.scope(async move { work(session, messages).await });
    actix_web::rt::spawn(async move {
        let reason = {
            let work = std::pin::pin!(AssertUnwindSafe(work).catch_unwind());
            // In this order: work that never waits uses up what tokio lets a task do at a time, and nothing is heard
            // of a suspension in what comes after it.
            match future::select(std::pin::pin!(left), work).await {
                Either::Left(_) => reason(CloseCode::Policy, "tenant not served"),
                Either::Right((Ok(()), _)) => CloseCode::Normal.into(),
                Either::Right((Err(_), _)) => reason(CloseCode::Error, "internal error"),
            }
        };
        // It may be closed already, by the work or by the other end.
        drop(closing.close(Some(reason)).await);
    });
    Ok(response)
}

fn reason(code: CloseCode, description: &str) -> CloseReason {
    CloseReason { code, description: Some(description.to_owned()) }
}
