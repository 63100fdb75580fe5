//! A response body that is polled, and dropped, in the tenant's scope: a stream that still queries while it is sent.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use tracing::Span;

use crate::context::{InScope, InTenant, TenantContext};

/// As the body inside, in the scope.
impl<B: MessageBody> MessageBody for InScope<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.as_inner().map_or(BodySize::None, MessageBody::size)
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.poll_inside(Poll::Ready(None), |body| body.poll_next(cx))
    }

    fn try_into_bytes(mut self) -> Result<Bytes, Self> {
        // Bytes that are there already need no scope.
        match self.inner().take().map(MessageBody::try_into_bytes) {
            Some(Ok(bytes)) => Ok(bytes),
            Some(Err(body)) => {
                *self.inner() = Some(body);
                Err(self)
            }
            None => Err(self),
        }
    }
}

pin_project_lite::pin_project! {
    /// The body of a response from behind the middleware.
    #[derive(Debug)]
    pub struct ScopedBody<B> {
        span: Option<Span>,
        #[pin]
        body: InScope<B>,
    }
}

impl<B> ScopedBody<B> {
    /// The body of an answer to a tenant's request.
    pub(super) fn new(context: &TenantContext, span: Span, body: B) -> Self {
        Self { span: Some(span), body: body.in_tenant(context) }
    }

    /// The body of an answer to a request without a tenant.
    pub(super) fn outside(body: B) -> Self {
        Self { span: None, body: InScope::outside(body) }
    }
}

impl<B: MessageBody> MessageBody for ScopedBody<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = self.project();
        let _entered = this.span.as_ref().map(Span::enter);
        this.body.poll_next(cx)
    }

    fn try_into_bytes(self) -> Result<Bytes, Self> {
        let Self { span, body } = self;
        body.try_into_bytes().map_err(|body| Self { span, body })
    }
}
