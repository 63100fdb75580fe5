//! The middleware at work: request -> tenant -> scope around everything behind it.

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use tracing::Instrument;

use super::answer;
use super::behind::Behind;
use super::body::ScopedBody;
use super::head::{self, ActixHeaders};
#[cfg(feature = "limit")]
use super::limited::Limited;
use super::payload::BodyProgress;
use super::rewrite;
use super::settings::Settings;
use crate::config::Supported;
use crate::context::InScope;
use crate::db::{Backend, DefaultBackend};
use crate::error::TenancyError;
use crate::resolve::{Refusal, ResolveError, Resolved, TenantResolver};
use crate::tenancy::Tenancy;

const NO_PATH: Refusal = Refusal::new("path-malformed", "what is left of the path is none");

/// The middleware around one service.
pub struct TenancyService<S, B: Backend = DefaultBackend> {
    service: Rc<S>,
    tenancy: Tenancy<B>,
    settings: Rc<Settings>,
}

impl<S, B: Backend> TenancyService<S, B> {
    pub(super) fn new(service: S, tenancy: Tenancy<B>, settings: Rc<Settings>) -> Self {
        Self { service: Rc::new(service), tenancy, settings }
    }
}

type Answer<T> = ServiceResponse<EitherBody<ScopedBody<T>>>;

impl<S, T, B> Service<ServiceRequest> for TenancyService<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<T>, Error = Error> + 'static,
    T: MessageBody + 'static,
    B: Supported,
{
    type Response = Answer<T>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Error>>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let (service, tenancy) = (Rc::clone(&self.service), self.tenancy.clone());
        let settings = Rc::clone(&self.settings);
        async move {
            if rewrite::path(&request).is_some_and(|path| settings.public.contains(path)) {
                return outside::<_, _, B>(&*service, request).await;
            }
            let resolver = settings.resolver.as_ref().unwrap_or(tenancy.resolver());
            let resolved = match enter(&tenancy, &settings, resolver, &mut request).await {
                Ok(resolved) => resolved,
                Err(TenancyError::Resolve(ResolveError::Nothing)) if settings.is_optional => {
                    return outside::<_, _, B>(&*service, request).await;
                }
                Err(error) => {
                    let response = answered(&settings, &error, request.request());
                    return Ok(request.into_response(response).map_into_right_body());
                }
            };
            #[cfg(feature = "limit")]
            let limited = match Limited::check(&settings, &resolved.tenant).await {
                (limited, Ok(())) => limited,
                (limited, Err(error)) => {
                    let mut response = answered(&settings, &error, request.request());
                    limited.tell(response.headers_mut());
                    return Ok(request.into_response(response).map_into_right_body());
                }
            };
            let context = tenancy.context(&resolved.tenant);
            let id = resolved.tenant.id();
            // For a span of the application's own that has a place for it.
            tracing::Span::current().record("tenant_id", tracing::field::display(id));
            let span = tracing::info_span!("tenant", tenant_id = %id, source = &*resolved.source);
            let (resolver, watch) = (Arc::clone(resolver), Arc::clone(tenancy.watch()));
            let scope = rewrite::prefix(&request).to_owned();
            request.extensions_mut().insert(Behind {
                settings: Rc::clone(&settings),
                resolver,
                watch,
                audit: tenancy.audit().clone(),
                tenant: resolved.tenant.identifier().clone(),
                scope,
            });
            request.extensions_mut().insert(tenancy.clone());
            BodyProgress::watch(&mut request);
            // The service is called inside the scope too: it may look at the tenant before its first await.
            let work = async move { service.call(request).await };
            let response = context.clone().scope(work.instrument(span.clone())).await?;
            let response = in_own_words(&settings, response, |body| ScopedBody::new(&context, span, body));
            #[cfg(feature = "limit")]
            let response = {
                let mut response = response;
                limited.tell(response.headers_mut());
                response
            };
            Ok(response)
        }
        .boxed_local()
    }
}

/// The tenant of a request, with the path as the application is to see it.
async fn enter<B: Supported>(
    tenancy: &Tenancy<B>,
    settings: &Settings,
    resolver: &Arc<dyn TenantResolver>,
    request: &mut ServiceRequest,
) -> Result<Resolved, TenancyError> {
    let resolved = {
        let headers = ActixHeaders(request.headers());
        tenancy.resolve_with(&**resolver, &settings.admitted, &head::of(request, &headers)).await
    };
    let resolved = match (resolved, settings.tells_apart) {
        (Err(error @ TenancyError::Resolve(ResolveError::Refused(_))), false) => {
            // What is malformed takes the time of what does not exist.
            tenancy.ask_for_nobody().await;
            return Err(error);
        }
        (resolved, _) => resolved?,
    };
    if let Some(remainder) = &resolved.remainder {
        rewrite::replace(request, remainder).ok_or(ResolveError::Refused(NO_PATH))?;
    }
    Ok(resolved)
}

/// Calls the service for a request without a tenant: also without that of a middleware further out, which may have found
/// it in a way that is not to be trusted here.
async fn outside<S, T, B>(service: &S, request: ServiceRequest) -> Result<Answer<T>, Error>
where
    S: Service<ServiceRequest, Response = ServiceResponse<T>, Error = Error>,
    B: Supported,
{
    request.extensions_mut().remove::<Behind>();
    request.extensions_mut().remove::<Tenancy<B>>();
    let response = InScope::outside(async move { service.call(request).await }).await?;
    Ok(response.map_body(|_, body| EitherBody::left(ScopedBody::outside(body))))
}

fn answered(settings: &Settings, error: &TenancyError, request: &HttpRequest) -> HttpResponse {
    match &settings.hook {
        Some(hook) => {
            answer::log(error);
            hook(error, request)
        }
        None => answer::of(error, settings.tells_apart),
    }
}

/// The answer of a handler, or ours where it has failed with an error of ours that this middleware answers otherwise.
fn in_own_words<T: MessageBody + 'static>(
    settings: &Settings,
    response: ServiceResponse<T>,
    scoped: impl FnOnce(T) -> ScopedBody<T>,
) -> Answer<T> {
    let is_otherwise = settings.hook.is_some() || settings.tells_apart;
    let own = response.response().error().filter(|_| is_otherwise).and_then(|error| {
        let error = error.as_error::<TenancyError>()?;
        Some(answered(settings, error, response.request()))
    });
    match own {
        Some(own) => response.into_response(own).map_into_right_body(),
        None => response.map_body(|_, body| EitherBody::left(scoped(body))),
    }
}

impl<S, B: Backend> fmt::Debug for TenancyService<S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenancyService").finish_non_exhaustive()
    }
}
