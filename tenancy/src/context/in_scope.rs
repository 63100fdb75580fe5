//! Futures and streams that take a scope along.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::context::entered::Entered;
use crate::context::{Current, TenantContext};

pin_project_lite::pin_project! {
    /// A future or a stream that is polled, and dropped, in a scope; what [`InTenant`] gives.
    ///
    /// The scope of whoever polls it is back after each poll, also when that panics.
    #[derive(Debug)]
    #[must_use = "futures and streams do nothing unless polled"]
    pub struct InScope<T> {
        entered: Entered,
        // None only while it is dropped.
        #[pin]
        inner: Option<T>,
    }

    impl<T> PinnedDrop for InScope<T> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            this.entered.clone().drop_inside(this.inner);
        }
    }
}

impl<T> InScope<T> {
    /// Outside every scope, wherever it is polled.
    #[cfg(feature = "actix")]
    pub(crate) fn outside(inner: T) -> Self {
        Self { entered: Entered::outside(), inner: Some(inner) }
    }

    /// What is inside; `None` only while it is dropped.
    #[cfg(feature = "actix")]
    pub(crate) fn inner(&mut self) -> &mut Option<T> {
        &mut self.inner
    }

    #[cfg(feature = "actix")]
    pub(crate) fn as_inner(&self) -> Option<&T> {
        self.inner.as_ref()
    }

    /// Polls what is inside, in the scope; `done` where there is nothing any more.
    pub(crate) fn poll_inside<R>(self: Pin<&mut Self>, done: R, poll: impl FnOnce(Pin<&mut T>) -> R) -> R {
        let this = self.project();
        match this.inner.as_pin_mut() {
            Some(inner) => Entered::lend(this.entered, || poll(inner)),
            None => done,
        }
    }
}

impl<F: Future> Future for InScope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.poll_inside(Poll::Pending, |future| future.poll(cx))
    }
}

impl<S: Stream> Stream for InScope<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        self.poll_inside(Poll::Ready(None), |stream| stream.poll_next(cx))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.as_ref().map_or((0, Some(0)), Stream::size_hint)
    }
}

/// Lets a future or a stream run in a scope, wherever it is polled: in a task, in a body, beside those of other tenants.
///
/// ```
/// # use diesel::prelude::*;
/// # use diesel_async::RunQueryDsl;
/// # #[tenancy::tenant_scoped]
/// # mod schema {
/// #     diesel::table! { orders (id) { id -> Integer, tenant_id -> Text, title -> Text, } }
/// # }
/// # use schema::orders;
/// use tenancy::prelude::*;
///
/// # async fn both(tenancy: tenancy::sqlite::Tenancy, acme: TenantContext, globex: TenantContext) -> Result<(), TenancyError> {
/// let orders = async || -> Result<i64, TenancyError> {
///     Ok(orders::table.count().get_result(&mut tenancy.db().await?).await?)
/// };
/// let (acme, globex) = tokio::join!(orders().in_tenant(&acme), orders().in_tenant(&globex));
/// # acme?; globex?; Ok(())
/// # }
/// ```
///
/// It is there for every type, as `tracing`'s `Instrument` is, and does something for futures and streams.
pub trait InTenant: Sized {
    /// Runs in this tenant's scope. What is kept in the running one's [`RequestContext`](crate::RequestContext) is not
    /// seen there.
    fn in_tenant(self, context: &TenantContext) -> InScope<Self> {
        let entered = Entered::new(Current::Tenant(context.clone()));
        InScope { entered, inner: Some(self) }
    }

    /// Runs in the scope of the code that calls this, with a copy of what is kept there. What is called outside every
    /// scope stays outside, also where it is polled inside one.
    fn in_current_scope(self) -> InScope<Self> {
        InScope { entered: Entered::copied(), inner: Some(self) }
    }
}

impl<T> InTenant for T {}
