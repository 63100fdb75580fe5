//! Migrating one tenant or all.

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::config::{Supported, check_tables, inspect_shared};
use crate::context::TenantContext;
use crate::error::TenancyError;
use crate::migrate::{MigrateError, MigrationReport, MigrationStatus, Migrations, run, status};
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
    /// tenants share one by default, then in each tenant's own. One that fails does not stop the others.
    ///
    /// # Errors
    ///
    /// `Store` if the tenants cannot be listed, and `Migrate` if the shared place fails; a single tenant's
    /// failure is in its report.
    pub async fn migrate_tenants(&self) -> Result<Vec<MigrationReport>, TenancyError> {
        let migrations = self.source()?;
        let shared = match self.layout().isolation {
            Isolation::Column | Isolation::Rls => self.migrate_shared(migrations).await?,
            Isolation::Schema | Isolation::Database => Vec::new(),
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
        let place = self.layout().place::<B>(&self.context(tenant)).map_err(MigrateError::from)?;
        Ok(status(place, self.source()?).await?)
    }

    pub(super) async fn migrate_context(&self, context: &TenantContext) -> Result<Vec<String>, MigrateError> {
        match context.isolation() {
            Isolation::Column | Isolation::Rls => self.migrate_shared(self.source()?).await,
            Isolation::Schema | Isolation::Database => {
                run(self.layout().place::<B>(context)?, self.source()?).await
            }
        }
    }

    /// Tables that have just been made are held to what those are held to that are there at the start.
    async fn migrate_shared(&self, migrations: Arc<dyn Migrations<B>>) -> Result<Vec<String>, MigrateError> {
        let place = self.layout().shared_place();
        let name = place.describe();
        let ran = run(place, migrations).await?;
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

    fn source(&self) -> Result<Arc<dyn Migrations<B>>, MigrateError> {
        self.migrations().cloned().ok_or(MigrateError::NoMigrations)
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
