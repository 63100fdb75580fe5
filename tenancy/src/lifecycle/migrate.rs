//! Migrating one tenant or all.

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::config::{Supported, check_tables, inspect_shared};
use crate::context::TenantContext;
use crate::error::TenancyError;
use crate::migrate::{MigrateError, MigrationReport, MigrationStatus, Sources, run, status};
use crate::store::ListTenants;
use crate::tenancy::Tenancy;
use crate::tenant::{Isolation, Tenant, TenantStatus};

/// Places that are migrated at a time.
const CONCURRENCY: usize = 4;

impl<B: Supported> Tenancy<B> {
    /// Runs the pending migrations in the tenant's own place. Gives the versions that ran, oldest first.
    ///
    /// Under `column` and `rls` the place is the one that all share.
    ///
    /// # Errors
    ///
    /// `Migrate`: what failed, and where. The migrations before it have run.
    pub async fn migrate_tenant(&self, tenant: &Tenant) -> Result<Vec<String>, TenancyError> {
        Ok(self.migrate_context(&self.context(tenant)).await?)
    }

    /// Runs the pending migrations for every tenant that is not deleted: in the shared place first, if
    /// tenants share one by default or in a tier, then in each tenant's own. One that fails does not stop the others.
    ///
    /// # Errors
    ///
    /// `Store` if the tenants cannot be listed, and `Migrate` if the shared place fails; a single tenant's
    /// failure is in its report.
    pub async fn migrate_tenants(&self) -> Result<Vec<MigrationReport>, TenancyError> {
        self.sources()?;
        let shared = match self.layout().has_shared_tables() {
            true => self.migrate_shared().await?,
            false => Vec::new(),
        };
        let migrate = |tenant: Tenant| {
            let shared = &shared;
            async move {
                let context = self.context(&tenant);
                let mut result = self.migrate_context(&context).await;
                if let (Isolation::Column | Isolation::Rls, Ok(ran)) = (context.isolation(), &mut result) {
                    ran.splice(0..0, shared.iter().cloned());
                }
                MigrationReport { tenant: tenant.id().clone(), result }
            }
        };
        let tenants = self.tenants().await?;
        Ok(stream::iter(tenants).map(migrate).buffered(CONCURRENCY).collect().await)
    }

    /// Says how far the tenant's own place is.
    ///
    /// # Errors
    ///
    /// `Migrate` if the place cannot be asked.
    pub async fn migration_status(&self, tenant: &Tenant) -> Result<MigrationStatus, TenancyError> {
        let context = self.context(tenant);
        let place = self.layout().place::<B>(&context).map_err(MigrateError::from)?;
        let sources = self.sources()?;
        let source = match context.isolation() {
            Isolation::Column | Isolation::Rls => sources.shared(),
            Isolation::Schema | Isolation::Database => sources.everywhere(),
        };
        Ok(status(place, source).await?)
    }

    pub(super) async fn migrate_context(&self, context: &TenantContext) -> Result<Vec<String>, MigrateError> {
        match context.isolation() {
            Isolation::Column | Isolation::Rls => self.migrate_shared().await,
            Isolation::Schema | Isolation::Database => {
                run(self.layout().place::<B>(context)?, self.sources()?.everywhere()).await
            }
        }
    }

    /// Tables that have just been made are held to what those are held to that are there at the start.
    async fn migrate_shared(&self) -> Result<Vec<String>, MigrateError> {
        let place = self.layout().shared_place();
        let name = place.describe();
        let ran = run(place, self.sources()?.shared()).await?;
        let mut checked = check_tables(self.layout(), self.pools()).await;
        if checked.is_ok() && !ran.is_empty() {
            checked = inspect_shared::<B>(self.layout()).await;
        }
        match checked {
            Ok(()) => Ok(ran),
            Err(TenancyError::Config(error)) => {
                Err(MigrateError::Unsafe { place: name, reason: error.problems().join("; ") })
            }
            Err(error) => Err(MigrateError::Failed { place: name, reason: error.to_string() }),
        }
    }

    fn sources(&self) -> Result<&Sources<B>, MigrateError> {
        self.migrations().ok_or(MigrateError::NoMigrations)
    }

    /// All the tenants that have a place to migrate.
    async fn tenants(&self) -> Result<Vec<Tenant>, TenancyError> {
        let first = Some(ListTenants { limit: ListTenants::MAX_LIMIT, ..ListTenants::default() });
        let pages = stream::try_unfold(first, |list| async move {
            let Some(list) = list else { return Ok(None) };
            let page = self.store().list(list).await?;
            let next = page.next.clone().map(|after| ListTenants {
                after: Some(after),
                limit: ListTenants::MAX_LIMIT,
                ..ListTenants::default()
            });
            Ok::<_, TenancyError>(Some((page.into_tenants()?, next)))
        });
        let all = pages.try_concat().await?;
        let has_place =
            |tenant: &Tenant| matches!(tenant.status(), TenantStatus::Active | TenantStatus::Suspended);
        Ok(all.into_iter().filter(has_place).collect())
    }
}
