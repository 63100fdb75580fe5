//! Worlds on SQLite.

use tempfile::TempDir;
use tenancy::sqlite::{Sqlite, Tenancy, TenantDb};
use tenancy::{Isolation, TenancyBuilder, Tenant};

use super::register;
use crate::migrations::folders;
use crate::schema::TENANT_TABLES;

/// Two tenants in a directory of their own.
#[derive(Debug)]
pub struct World {
    /// The application.
    pub tenancy: Tenancy,
    /// The first tenant.
    pub acme: Tenant,
    /// The second tenant.
    pub globex: Tenant,
    /// Tenants that are there beside them.
    pub others: Vec<Tenant>,
    /// Where the files are.
    pub directory: TempDir,
}

impl World {
    /// An application under this isolation.
    pub async fn new(isolation: Isolation) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let tenancy = builder(&directory, isolation).build().await.unwrap();
        tenancy.migrate_tenants().await.unwrap();
        let acme = register(&tenancy, "acme").await;
        let globex = register(&tenancy, "globex").await;
        Self { tenancy, acme, globex, others: Vec::new(), directory }
    }

    /// A handle for the tenant, taken in its scope.
    pub async fn db(&self, tenant: &Tenant) -> TenantDb {
        self.tenancy.context(tenant).scope(self.tenancy.db()).await.unwrap()
    }
}

/// The settings of a world in this directory.
pub fn builder(directory: &TempDir, isolation: Isolation) -> TenancyBuilder<Sqlite> {
    Tenancy::builder(directory.path().join("application.db").display().to_string())
        .isolation(isolation)
        .tenant_databases(directory.path().join("tenants").display().to_string())
        .migrations(folders(&["tables"]))
        .tables(TENANT_TABLES)
        .pool_size(4)
}
