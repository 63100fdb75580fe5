//! Registering a tenant.

use chrono::Utc;
use secrecy::ExposeSecret;

use crate::audit::Act;
use crate::config::Supported;
use crate::context::TenantContext;
use crate::db::ConnectionError;
use crate::error::TenancyError;
use crate::isolation::{IsolationError, Made, destroy, provision};
use crate::tenancy::Tenancy;
use crate::tenant::{Isolation, NewTenant, Tenant, TenantRecord, TenantStatus};

impl<B: Supported> Tenancy<B> {
    /// Registers a tenant: writes it to the registry, makes its place, runs the migrations there, and sets
    /// it active.
    ///
    /// If a step fails, what the steps before it made is taken away again, and the tenant is as if it had
    /// never been. It runs in a task of its own: a caller that goes away does not leave it half done.
    ///
    /// # Errors
    ///
    /// `Tenant` for values that break a rule, `Store` for an id or identifier that is taken, and what the
    /// failing step says.
    pub async fn register_tenant(&self, tenant: NewTenant) -> Result<Tenant, TenancyError> {
        let tenant = tenant.settle(|tier| self.layout().of_tier(tier))?;
        let record = tenant.into_record(Utc::now(), TenantStatus::Provisioning)?;
        let tenant = Tenant::from_record(record.clone())?;
        let context = self.context(&tenant);
        self.layout().supports::<B>(&context)?;
        if context.isolation() == Isolation::Rls && !self.layout().has_policies() {
            return Err(IsolationError::NoPolicies.into());
        }
        check_url::<B>(&tenant)?;
        let act = Act::new(self.audit(), "tenant.register", tenant.id())
            .detail("identifier", tenant.identifier())
            .detail("isolation", context.isolation());
        let tenancy = self.clone();
        let task = tokio::spawn(act.run(async move { tenancy.make(record).await }));
        task.await.map_err(cut_off)?
    }

    async fn make(&self, record: TenantRecord) -> Result<Tenant, TenancyError> {
        let tenant = self.store().create(record).await?;
        let context = self.context(&tenant);
        // A task within the task, so that a panic in a step is told.
        let steps = tokio::spawn({
            let (tenancy, context) = (self.clone(), context.clone());
            async move { tenancy.set_up(&context).await }
        });
        match steps.await {
            Ok(Ok(tenant)) => Ok(tenant),
            Ok(Err(Failure { made, error })) => Err(self.undo(&context, made, error).await),
            // What it had made is not known. The tenant stays `provisioning`, where it is seen, and is not served.
            Err(panic) => {
                tracing::error!(tenant = %context.tenant().id(), error = %panic, "registering a tenant panicked");
                Err(cut_off(panic))
            }
        }
    }

    async fn set_up(&self, context: &TenantContext) -> Result<Tenant, Failure> {
        let made = provision(self.layout(), self.pools(), context)
            .await
            .map_err(|error| Failure { made: Made::Nothing, error: error.into() })?;
        let failed = |error: TenancyError| Failure { made, error };
        if self.migrations().is_some() {
            self.migrate_context(context).await.map_err(|error| failed(error.into()))?;
        }
        let id = context.tenant().id();
        let active = self.store().set_status(id, TenantStatus::Provisioning, TenantStatus::Active).await;
        active.map_err(|error| failed(error.into()))
    }

    /// Takes away what was made. Gives back the error that began it; one of the undoing itself is logged,
    /// and leaves the tenant in the registry as `provisioning`, where it is seen.
    async fn undo(&self, context: &TenantContext, made: Made, error: TenancyError) -> TenancyError {
        let id = context.tenant().id();
        let removed = match made {
            Made::Nothing => Ok(()),
            Made::Claim => B::unclaim_database(self.layout(), context).await,
            Made::Place => destroy(self.layout(), self.pools(), context).await,
        };
        if let Err(left) = removed {
            tracing::error!(tenant = %id, error = %left, "a tenant that failed to register could not be taken away");
        } else if let Err(left) = self.store().delete(id).await {
            tracing::error!(tenant = %id, error = %left, "a tenant that failed to register stays in the registry");
        }
        error
    }
}

/// The address a tenant brings along is held to what the application's own is.
fn check_url<B: Supported>(tenant: &Tenant) -> Result<(), ConnectionError> {
    let checked = tenant.database_url().map_or(Ok(()), |url| B::check_url(url.expose_secret()));
    let what = || format!("the database of tenant `{}`", tenant.id());
    checked.map_err(|reason| ConnectionError::InvalidUrl { what: what(), reason })
}

/// A step failed, and what had been made by then.
struct Failure {
    made: Made,
    error: TenancyError,
}

fn cut_off(error: tokio::task::JoinError) -> TenancyError {
    IsolationError::refused("register the tenant", error).into()
}
