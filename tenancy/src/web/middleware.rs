//! The middleware: request -> tenant -> scope around everything behind it.

use std::fmt;
use std::future::{Ready, ready};
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::{Error, HttpMessage, ResponseError};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::body::ScopedBody;
use super::head::{self, ActixHeaders};
use super::payload::BodyProgress;
use crate::config::Supported;
use crate::db::{Backend, DefaultBackend};
use crate::tenancy::Tenancy;

impl<B: Supported> Tenancy<B> {
    /// The middleware for `App::wrap` or `web::scope(…).wrap`.
    ///
    /// Behind it, the handler, its extractors and the response's body run in the scope of the tenant that
    /// the request names. A request that names none, or one that is not served, gets the same JSON answer
    /// with status 404 in every case, and does not reach the handler.
    ///
    /// Cost: one query of the registry for each request, and one allocation for a request with a body.
    pub fn middleware(&self) -> TenancyMiddleware<B> {
        TenancyMiddleware { tenancy: self.clone() }
    }
}

/// See [`Tenancy::middleware`].
pub struct TenancyMiddleware<B: Backend = DefaultBackend> {
    tenancy: Tenancy<B>,
}

impl<S, T, B> Transform<S, ServiceRequest> for TenancyMiddleware<B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<T>, Error = Error> + 'static,
    T: MessageBody + 'static,
    B: Supported,
{
    type Response = ServiceResponse<EitherBody<ScopedBody<T>>>;
    type Error = Error;
    type Transform = TenancyService<S, B>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(TenancyService { service: Rc::new(service), tenancy: self.tenancy.clone() }))
    }
}

/// The middleware around one service.
pub struct TenancyService<S, B: Backend = DefaultBackend> {
    service: Rc<S>,
    tenancy: Tenancy<B>,
}

impl<S, T, B> Service<ServiceRequest> for TenancyService<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<T>, Error = Error> + 'static,
    T: MessageBody + 'static,
    B: Supported,
{
    type Response = ServiceResponse<EitherBody<ScopedBody<T>>>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Error>>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let (service, tenancy) = (Rc::clone(&self.service), self.tenancy.clone());
        async move {
            let resolved = {
                let headers = ActixHeaders(request.headers());
                tenancy.resolve(&head::of(&request, &headers)).await
            };
            let context = match resolved {
                Ok(resolved) => tenancy.context(&resolved.tenant),
                Err(error) => {
                    let response = error.error_response();
                    return Ok(request.into_response(response).map_into_right_body());
                }
            };
            request.extensions_mut().insert(tenancy);
            BodyProgress::watch(&mut request);
            // The service is called inside the scope too: it may look at the tenant before its first await.
            let inner = context.clone();
            let response = inner.scope(async move { service.call(request).await }).await?;
            Ok(response.map_body(|_, body| EitherBody::left(ScopedBody::new(context, body))))
        }
        .boxed_local()
    }
}

impl<B: Backend> fmt::Debug for TenancyMiddleware<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenancyMiddleware").finish_non_exhaustive()
    }
}

impl<S, B: Backend> fmt::Debug for TenancyService<S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenancyService").finish_non_exhaustive()
    }
}
