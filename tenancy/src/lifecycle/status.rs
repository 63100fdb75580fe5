//! Suspending, activating and soft deletion.

use super::error::LifecycleError;
use crate::audit::Act;
use crate::config::Supported;
use crate::error::TenancyError;
use crate::store::StoreError;
use crate::tenancy::Tenancy;
use crate::tenant::{Tenant, TenantId, TenantStatus};

impl<B: Supported> Tenancy<B> {
    /// Serves the tenant no more until it is activated. Requests that have begun are finished.
    ///
    /// # Errors
    ///
    /// `Store` if there is no such tenant; `Lifecycle` if it is not active.
    pub async fn suspend_tenant(&self, id: &TenantId) -> Result<Tenant, TenancyError> {
        let from = [TenantStatus::Active, TenantStatus::Suspended];
        let act = Act::new(self.audit(), "tenant.suspend", id);
        act.run(self.change_status(id, &from, TenantStatus::Suspended)).await
    }

    /// Serves a suspended tenant again.
    ///
    /// # Errors
    ///
    /// `Store` if there is no such tenant; `Lifecycle` if it is deleted, or not provisioned yet.
    pub async fn activate_tenant(&self, id: &TenantId) -> Result<Tenant, TenancyError> {
        let from = [TenantStatus::Active, TenantStatus::Suspended];
        let act = Act::new(self.audit(), "tenant.activate", id);
        act.run(self.change_status(id, &from, TenantStatus::Active)).await
    }

    /// Serves the tenant no more and keeps its data, its record and its identifier.
    ///
    /// # Errors
    ///
    /// `Store` if there is no such tenant; `Lifecycle` while it is being provisioned.
    pub async fn delete_tenant(&self, id: &TenantId) -> Result<Tenant, TenancyError> {
        Act::new(self.audit(), "tenant.delete", id).run(self.end(id)).await
    }

    /// Sets the status to `deleted`, from every status but `provisioning`: whoever registers the tenant would
    /// bring it back, and what is there already may not be its own.
    pub(super) async fn end(&self, id: &TenantId) -> Result<Tenant, TenancyError> {
        let from = [TenantStatus::Active, TenantStatus::Suspended, TenantStatus::Deleted];
        self.change_status(id, &from, TenantStatus::Deleted).await
    }

    async fn change_status(
        &self,
        id: &TenantId,
        from: &[TenantStatus],
        to: TenantStatus,
    ) -> Result<Tenant, TenancyError> {
        self.store().forget(id);
        let mut status = self.store().get(id).await?.status();
        loop {
            if !from.contains(&status) {
                return Err(LifecycleError { tenant: id.clone(), status, wanted: to }.into());
            }
            // Somebody may have changed it since it was read: what they set is judged like what was read.
            match self.store().set_status(id, status, to).await {
                Err(StoreError::OtherStatus { status: now, .. }) => status = now,
                set => {
                    let set = set?;
                    self.watch().look_again();
                    return Ok(set);
                }
            }
        }
    }
}
