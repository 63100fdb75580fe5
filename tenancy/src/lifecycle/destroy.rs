//! Destroying a tenant's data.

use crate::audit::Act;
use crate::config::Supported;
use crate::error::TenancyError;
use crate::isolation::{IsolationError, RelocateError, destroy};
use crate::tenancy::Tenancy;
use crate::tenant::{Tenant, TenantId};

impl<B: Supported> Tenancy<B> {
    /// Destroys everything a tenant has: its schema, its database or file, or its rows of the tables it
    /// shares. There is no way back.
    ///
    /// Of the tables it shares, tenancy knows those that were given to `Tenancy::builder(…).tables(…)` and no
    /// others: **a table that is missing there keeps the tenant's rows, and the answer is `Ok` all the same.** A schema
    /// is dropped if it is marked as this tenant's, whatever the tenant's record says.
    ///
    /// The tenant is set to `deleted` first, so that it is served no more; its record stays, and its
    /// identifier stays taken. A database the tenant brought along (`database_url`) is left as it is.
    /// Destroying it twice is no error. It runs in a task of its own, to its end, whether the caller waits or not.
    ///
    /// # Errors
    ///
    /// `Store` if there is no such tenant; `Lifecycle` while it is being provisioned; `Relocate` if a move of it has not
    /// been finished, which leaves it `deleted` and its data where they are: finish that first; `Isolation` if something could not be destroyed: call it again.
    pub async fn destroy_tenant(&self, id: &TenantId) -> Result<Tenant, TenancyError> {
        let act = Act::new(self.audit(), "tenant.destroy", id);
        let (tenancy, id) = (self.clone(), id.clone());
        let task = tokio::spawn(act.run(async move { tenancy.destroy_all(id).await }));
        task.await.map_err(|error| IsolationError::refused("destroy the tenant", error))?
    }

    async fn destroy_all(&self, id: TenantId) -> Result<Tenant, TenancyError> {
        let tenant = self.end(&id).await?;
        // It has rows in two places. Whoever moves it sees the status only where the move begins.
        if tenant.relocation().is_some() {
            return Err(RelocateError::Unfinished { tenant: id }.into());
        }
        destroy(self.layout(), self.pools(), &self.context(&tenant)).await?;
        Ok(tenant)
    }
}
