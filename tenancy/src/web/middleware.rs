//! The middleware as an application writes it down.

use std::fmt;
use std::future::{Ready, ready};
use std::rc::Rc;
use std::sync::Arc;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::{Error, HttpRequest, HttpResponse};

use super::body::ScopedBody;
use super::service::TenancyService;
use super::settings::Settings;
use crate::config::Supported;
use crate::db::{Backend, DefaultBackend};
use crate::error::TenancyError;
#[cfg(feature = "limit")]
use crate::limit::RateLimiter;
use crate::resolve::TenantResolver;
use crate::tenancy::Tenancy;
use crate::tenant::TenantStatus;

impl<B: Supported> Tenancy<B> {
    /// The middleware for `App::wrap` or `web::scope(…).wrap`.
    ///
    /// Behind it, the handler, its extractors and the response's body run in the scope of the tenant that
    /// the request names. A request that names none, or one that is not served, gets the same JSON answer
    /// with status 404 in every case, and does not reach the handler.
    ///
    /// Cost: one query of the registry for each request, and one allocation for a request with a body. A request that
    /// is refused costs a query too, so that it takes the time of one whose tenant does not exist.
    pub fn middleware(&self) -> TenancyMiddleware<B> {
        TenancyMiddleware { tenancy: self.clone(), settings: Settings::default() }
    }
}

/// See [`Tenancy::middleware`].
pub struct TenancyMiddleware<B: Backend = DefaultBackend> {
    tenancy: Tenancy<B>,
    settings: Settings,
}

impl<B: Supported> TenancyMiddleware<B> {
    /// Lets a path through without a tenant. Paths are compared as they are sent, not decoded; around a scope they
    /// begin behind the scope's own prefix.
    #[must_use]
    pub fn public(mut self, path: &str) -> Self {
        self.settings.public.add(path);
        self
    }

    /// Lets a path and all below it through without a tenant, by whole segments: `/health` does not free `/healthcare`.
    /// A path with steps in it (`..`, in whatever writing) is not below anything.
    #[must_use]
    pub fn public_prefix(mut self, prefix: &str) -> Self {
        self.settings.public.add_prefix(prefix);
        self
    }

    /// Lets paths of this form through without a tenant. A segment in braces, as in `/docs/{page}`, stands for any that
    /// is not empty; there are no regular expressions, and a worker with one does not start.
    #[must_use]
    pub fn public_pattern(mut self, pattern: &str) -> Self {
        self.settings.public.add_pattern(pattern);
        self
    }

    /// Finds tenants in another way than the application does: for one scope. If the resolver's settings are wrong, the
    /// server does not start, and the log says why.
    #[must_use]
    pub fn resolver(mut self, resolver: impl TenantResolver) -> Self {
        self.settings.resolver = Some(Arc::new(resolver));
        self
    }

    /// Lets a request that names no tenant through, without one. What names one in a way that is refused, or one that
    /// is not served, is refused as before.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.settings.is_optional = true;
        self
    }

    /// Serves tenants of this status too: a suspended tenant's bill, say. Keep everything else for active ones by
    /// [`require_status`](super::require_status).
    #[must_use]
    pub fn admit(mut self, status: TenantStatus) -> Self {
        self.settings.admitted.push(status);
        self
    }

    /// Holds tenants to their rate limits. A request above them does not reach the handler: it is answered with 429 and
    /// `Retry-After`; 503 where nobody can count and the limiter is
    /// [closed](crate::limit::FailMode::Closed). Every answer to a tenant with limits has the fields `RateLimit` and
    /// `RateLimit-Policy`.
    ///
    /// Requests without a tenant are not counted: those of public paths, those that [`optional`](Self::optional) lets
    /// through, and those that are refused because they name none.
    ///
    /// Cost: that of [`RateLimiter::check`].
    #[cfg(feature = "limit")]
    #[must_use]
    pub fn rate_limit(mut self, limiter: RateLimiter) -> Self {
        self.settings.limiter = Some(limiter);
        self
    }

    /// Answers with 400 where the request names no tenant or one in a way that is refused, 404 where it does not exist,
    /// 403 where it is not active, and at once. Whoever asks can then find out which tenants exist.
    #[must_use]
    pub fn tell_apart(mut self) -> Self {
        self.settings.tells_apart = true;
        self
    }

    /// Answers by this instead, where a request has no tenant that can be served or is above its limits, and where a
    /// handler has failed with a [`TenancyError`]. The error is for the log: an answer that depends on it tells which tenants exist.
    #[must_use]
    pub fn on_error(
        mut self,
        answer: impl Fn(&TenancyError, &HttpRequest) -> HttpResponse + Send + Sync + 'static,
    ) -> Self {
        self.settings.hook = Some(Arc::new(answer));
        self
    }
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
        let problems = self.settings.resolver.iter().flat_map(|resolver| resolver.problems());
        let problems: Vec<String> = problems.chain(self.settings.public.problems()).collect();
        if !problems.is_empty() {
            // The worker does not start, and actix has no room for a reason.
            tracing::error!(problems = problems.join("; "), "the settings of a middleware cannot be used");
            return ready(Err(()));
        }
        let settings = Rc::new(self.settings.clone());
        ready(Ok(TenancyService::new(service, self.tenancy.clone(), settings)))
    }
}

impl<B: Backend> Clone for TenancyMiddleware<B> {
    fn clone(&self) -> Self {
        Self { tenancy: self.tenancy.clone(), settings: self.settings.clone() }
    }
}

impl<B: Backend> fmt::Debug for TenancyMiddleware<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenancyMiddleware").field("settings", &self.settings).finish_non_exhaustive()
    }
}
