//! Routes for some tenants only.

use actix_web::guard::{Guard, GuardContext};

use crate::context::TenantContext;
use crate::tenant::{Tenant, TenantStatus};

/// A guard for routes that only tenants with this feature have
/// ([`features_enabled`](crate::tenant::TenantSettings::features_enabled)). For others, and without a tenant, the route
/// does not exist.
pub fn require_feature(feature: impl Into<String>) -> impl Guard {
    let feature = feature.into();
    Required(move |tenant: &Tenant| tenant.settings().is_ok_and(|settings| settings.has_feature(&feature)))
}

/// A guard for routes that only tenants of this status have, where the middleware
/// [admits](super::TenancyMiddleware::admit) others than active ones. For others, and without a tenant, the route does
/// not exist.
pub fn require_status(status: TenantStatus) -> impl Guard {
    Required(move |tenant: &Tenant| tenant.status() == status)
}

struct Required<F>(F);

impl<F: Fn(&Tenant) -> bool> Guard for Required<F> {
    fn check(&self, _: &GuardContext<'_>) -> bool {
        // Routes are chosen behind the middleware, and so in the scope.
        TenantContext::try_current().is_some_and(|context| (self.0)(context.tenant()))
    }
}
