//! What a handler takes.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::payload::BodyProgress;
use crate::config::Supported;
use crate::context::{ScopeError, TenantContext};
use crate::db::TenantDb;
use crate::error::TenancyError;
use crate::tenancy::Tenancy;
use crate::tenant::Tenant;

/// The tenant of the request. `Option<CurrentTenant>` in a handler that also runs without one.
#[derive(Debug, Clone)]
pub struct CurrentTenant(pub Tenant);

impl Deref for CurrentTenant {
    type Target = Tenant;

    fn deref(&self) -> &Tenant {
        &self.0
    }
}

impl FromRequest for CurrentTenant {
    type Error = TenancyError;
    type Future = Ready<Result<Self, TenancyError>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(TenantContext::current().map(|context| Self(context.tenant().clone())))
    }
}

/// A connection for the request's tenant: [`Tenancy::db`] of the `Tenancy` whose middleware the request
/// came through.
///
/// A body that another argument of the handler reads (`Json`, `Form`, `Bytes`) is read to its end first, wherever
/// that argument stands: a client that sends slowly holds no connection.
impl<B: Supported> FromRequest for TenantDb<B> {
    type Error = TenancyError;
    type Future = LocalBoxFuture<'static, Result<Self, TenancyError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let tenancy = request.extensions().get::<Tenancy<B>>().cloned();
        let read_by_others = BodyProgress::read_by_others(request);
        async move {
            match tenancy {
                Some(tenancy) => {
                    read_by_others.await;
                    tenancy.db().await
                }
                None => Err(ScopeError::NoTenant {
                    what: format!(
                        "a handler that takes `TenantDb`, on a route without the {} middleware",
                        B::NAME
                    ),
                }
                .into()),
            }
        }
        .boxed_local()
    }
}
