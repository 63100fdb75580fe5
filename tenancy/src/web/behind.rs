//! What the middleware leaves for those behind it.

use std::rc::Rc;
use std::sync::Arc;

use actix_web::{HttpMessage, HttpRequest};

use super::settings::Settings;
use crate::audit::AuditLog;
use crate::context::{ScopeError, TenantContext};
use crate::error::TenancyError;
use crate::lifecycle::StatusWatch;
use crate::resolve::TenantResolver;
use crate::tenant::{Slug, TenantStatus};

/// Kept in the extensions of a request that has a tenant.
#[derive(Debug, Clone)]
pub(super) struct Behind {
    pub(super) settings: Rc<Settings>,
    /// By which the request has found its tenant.
    pub(super) resolver: Arc<dyn TenantResolver>,
    pub(super) watch: Arc<StatusWatch>,
    pub(super) audit: AuditLog,
    /// Whom the request has named.
    pub(super) tenant: Slug,
    /// The path of the scope that the middleware is around.
    pub(super) scope: String,
}

impl Behind {
    /// What the innermost middleware has left, and the tenant.
    pub(super) fn of(request: &HttpRequest, what: &str) -> Result<(Self, TenantContext), TenancyError> {
        let context = TenantContext::current()?;
        match request.extensions().get::<Self>() {
            Some(behind) => Ok((behind.clone(), context)),
            None => {
                Err(ScopeError::NoTenant { what: format!("{what} on a route without the middleware") }.into())
            }
        }
    }

    /// Done when the tenant is one that the middleware would not let in any more.
    pub(super) fn left(self, context: &TenantContext) -> impl Future<Output = TenantStatus> + use<> {
        let tenant = context.tenant();
        self.watch.left(tenant.id().clone(), tenant.status(), self.settings.admitted.clone())
    }
}
