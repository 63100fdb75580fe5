//! Moving tenants between isolations.

mod directions;
mod fence;
mod killed;
mod pooled;
mod refused;
mod registry;
mod unfinished;

use std::time::Duration;

use tenancy::postgres::Tenancy;
use tenancy::{Isolation, TenancyError, Tenant};

/// Moves the tenant with little patience.
async fn relocate(tenancy: &Tenancy, tenant: &Tenant, to: Isolation) -> Result<Tenant, TenancyError> {
    let grace = Duration::from_millis(50);
    tenancy.relocate(tenant.id(), to).grace(grace).wait(Duration::from_secs(5)).await
}
