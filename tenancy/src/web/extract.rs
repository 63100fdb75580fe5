//! What a handler takes.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use super::payload::BodyProgress;
use crate::config::Supported;
use crate::context::{RequestContext, ScopeError, TenantContext};
use crate::db::TenantDb;
use crate::error::TenancyError;
use crate::tenancy::Tenancy;
use crate::tenant::{Tenant, TenantSettings};

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

/// The settings of the request's tenant.
impl FromRequest for TenantSettings {
    type Error = TenancyError;
    type Future = Ready<Result<Self, TenancyError>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(settings())
    }
}

/// The application's own settings of the request's tenant: [`TenantSettings::custom`] as a handler's argument.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CustomSettings<T>(pub T);

impl<T> Deref for CustomSettings<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned> FromRequest for CustomSettings<T> {
    type Error = TenancyError;
    type Future = Ready<Result<Self, TenancyError>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(settings().and_then(|settings| Ok(Self(settings.custom()?))))
    }
}

/// The values of the request.
impl FromRequest for RequestContext {
    type Error = TenancyError;
    type Future = Ready<Result<Self, TenancyError>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::current())
    }
}

fn settings() -> Result<TenantSettings, TenancyError> {
    Ok(TenantContext::current()?.tenant().settings()?)
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
