//! Worlds on MySQL.

use diesel_async::{AsyncConnection, AsyncMysqlConnection, SimpleAsyncConnection};
use tenancy::mysql::{Mysql, Tenancy, TenantDb};
use tenancy::{Isolation, TenancyBuilder, Tenant};

use super::register;
use crate::migrations::folders;
use crate::schema::TENANT_TABLES;
use crate::servers;

/// Two tenants in a database of their own.
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
    /// Where they live.
    pub database: Database,
}

impl World {
    /// An application under this isolation.
    pub async fn new(isolation: Isolation) -> Self {
        let database = Database::new().await;
        let tenancy = database.builder(isolation).build().await.unwrap();
        tenancy.migrate_tenants().await.unwrap();
        let acme = register(&tenancy, "acme").await;
        let globex = register(&tenancy, "globex").await;
        Self { tenancy, acme, globex, others: Vec::new(), database }
    }

    /// A handle for the tenant, taken in its scope.
    pub async fn db(&self, tenant: &Tenant) -> TenantDb {
        self.tenancy.context(tenant).scope(self.tenancy.db()).await.unwrap()
    }
}

/// A database that is dropped with this value, and what tenants' own databases it led to.
#[derive(Debug)]
pub struct Database {
    name: String,
}

impl Database {
    /// A new one, empty, in which the application may read and write.
    pub async fn new() -> Self {
        let name = format!("world_{}", uuid::Uuid::now_v7().simple());
        let app = url::Url::parse(&servers::mysql_app()).unwrap();
        let mut admin = AsyncMysqlConnection::establish(&servers::mysql_admin()).await.unwrap();
        let create = format!(
            "CREATE DATABASE {name} CHARACTER SET utf8mb4; \
             GRANT SELECT, INSERT, UPDATE, DELETE ON `{}`.* TO '{}'@'%'",
            name.replace('_', r"\_"),
            app.username()
        );
        admin.batch_execute(&create).await.unwrap();
        Self { name }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address as the application's user.
    pub fn app_url(&self) -> String {
        servers::with_database(&servers::mysql_app(), &self.name)
    }

    /// The address as the administrator.
    pub fn admin_url(&self) -> String {
        servers::with_database(&servers::mysql_admin(), &self.name)
    }

    /// The settings of an application in this database.
    pub fn builder(&self, isolation: Isolation) -> TenancyBuilder<Mysql> {
        Tenancy::builder(self.app_url())
            .admin_url(self.admin_url())
            .isolation(isolation)
            .migrations(folders(&["mysql_tables"]))
            .tables(TENANT_TABLES)
            .pool_size(4)
    }

    /// SQL as the administrator.
    pub async fn execute_as_admin(&self, sql: &str) {
        self.admin().await.batch_execute(sql).await.unwrap();
    }

    /// A connection as the administrator.
    pub async fn admin(&self) -> AsyncMysqlConnection {
        AsyncMysqlConnection::establish(&self.admin_url()).await.unwrap()
    }
}

impl Drop for Database {
    /// Best effort: the servers that `cargo xtask test` starts are thrown away as a whole.
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE IF EXISTS {}", self.name);
        let url = servers::mysql_admin();
        let _ = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                if let Ok(mut admin) = AsyncMysqlConnection::establish(&url).await {
                    // A test that failed in a transaction holds its tables.
                    let _ = admin.batch_execute(&format!("SET lock_wait_timeout = 2; {drop}")).await;
                }
            });
            std::io::Result::Ok(())
        })
        .join();
    }
}
