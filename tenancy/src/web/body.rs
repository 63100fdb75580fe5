//! A response body that is polled in the tenant's scope: a stream that still queries while it is sent.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use tracing::Span;

use crate::context::TenantContext;

pin_project_lite::pin_project! {
    /// The body of a response from behind the middleware.
    #[derive(Debug)]
    pub struct ScopedBody<B> {
        scope: Option<(TenantContext, Span)>,
        #[pin]
        body: B,
    }
}

impl<B> ScopedBody<B> {
    /// The body of an answer to a tenant's request.
    pub(super) fn new(context: TenantContext, span: Span, body: B) -> Self {
        Self { scope: Some((context, span)), body }
    }

    /// The body of an answer to a request without a tenant.
    pub(super) fn outside(body: B) -> Self {
        Self { scope: None, body }
    }
}

impl<B: MessageBody> MessageBody for ScopedBody<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = self.project();
        let body = this.body;
        match this.scope {
            Some((context, span)) => {
                let _entered = span.enter();
                context.clone().sync_scope(|| body.poll_next(cx))
            }
            None => body.poll_next(cx),
        }
    }

    fn try_into_bytes(self) -> Result<Bytes, Self> {
        // Bytes that are there already need no scope.
        let Self { scope, body } = self;
        body.try_into_bytes().map_err(|body| Self { scope, body })
    }
}
