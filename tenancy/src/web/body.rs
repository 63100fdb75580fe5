//! A response body that is polled in the tenant's scope: a stream that still queries while it is sent.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;

use crate::context::TenantContext;

pin_project_lite::pin_project! {
    /// The body of a response to a tenant's request.
    #[derive(Debug)]
    pub struct ScopedBody<B> {
        context: TenantContext,
        #[pin]
        body: B,
    }
}

impl<B> ScopedBody<B> {
    pub(super) fn new(context: TenantContext, body: B) -> Self {
        Self { context, body }
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
        this.context.clone().sync_scope(|| body.poll_next(cx))
    }

    fn try_into_bytes(self) -> Result<Bytes, Self> {
        // Bytes that are there already need no scope.
        let Self { context, body } = self;
        body.try_into_bytes().map_err(|body| Self { context, body })
    }
}
