//! Worlds on PostgreSQL.

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use tenancy::postgres::{Postgres, Tenancy, TenantDb};
use tenancy::{Isolation, NewTenant, TenancyBuilder, Tenant};

use super::{register, unique_id};
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
        let builder = database.builder(isolation);
        Self::built(database, builder, isolation).await
    }

    /// An application that reaches its database through a pooler. It has more connections to that than that has to the
    /// server, where two are everybody's.
    pub async fn pooled(isolation: Isolation) -> Self {
        let database = Database::new().await;
        let builder = database.pooled_builder(isolation);
        Self::built(database, builder, isolation).await
    }

    async fn built(database: Database, builder: TenancyBuilder<Postgres>, isolation: Isolation) -> Self {
        let tenancy = builder.build().await.unwrap();
        tenancy.migrate_tenants().await.unwrap();
        if isolation == Isolation::Schema {
            // Tenants' schemas have tables of their own; global ones are where all can see them.
            database
                .execute_as_admin(
                    "CREATE TABLE countries (code TEXT PRIMARY KEY, name TEXT NOT NULL);
                     GRANT SELECT, INSERT, UPDATE, DELETE ON countries TO tenancy_app",
                )
                .await;
        }
        let acme = register(&tenancy, "acme").await;
        let globex = register(&tenancy, "globex").await;
        Self { tenancy, acme, globex, others: Vec::new(), database }
    }

    /// An application with a tenant under each isolation, two of which are the world's own.
    pub async fn hybrid(acme: Isolation, globex: Isolation) -> Self {
        let database = Database::new().await;
        let all = [Isolation::Column, Isolation::Rls, Isolation::Schema, Isolation::Database];
        let mut builder = database
            .builder(Isolation::Rls)
            .migrations(folders(&["tables"]))
            .shared_migrations(folders(&["grants", "policies"]));
        for isolation in all {
            builder = builder.tier(isolation.to_string(), isolation);
        }
        let tenancy = builder.build().await.unwrap();
        tenancy.migrate_tenants().await.unwrap();
        let of_tier = async |slug: &str, tier: Isolation| {
            let new = NewTenant::new(slug).unwrap().id(unique_id(slug)).tier(tier.to_string());
            tenancy.register_tenant(new).await.unwrap()
        };
        let (acme, globex) = (of_tier("acme", acme).await, of_tier("globex", globex).await);
        let mut others = Vec::new();
        let taken = [acme.isolation(), globex.isolation()];
        for isolation in all.into_iter().filter(|other| !taken.contains(&Some(*other))) {
            others.push(of_tier(&format!("by-{isolation}"), isolation).await);
        }
        Self { tenancy, acme, globex, others, database }
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
    /// A new one, empty, owned by the owner of the test database.
    pub async fn new() -> Self {
        let name = format!("world_{}", uuid::Uuid::now_v7().simple());
        let mut owner = AsyncPgConnection::establish(&servers::owner()).await.unwrap();
        owner.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
        Self { name }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address as the application's role.
    pub fn app_url(&self) -> String {
        servers::with_database(&servers::app(), &self.name)
    }

    /// The same through the pooler.
    pub fn pooler_url(&self) -> String {
        servers::with_database(&servers::pooler(), &self.name)
    }

    /// The address as the administrative role.
    pub fn admin_url(&self) -> String {
        servers::with_database(&servers::admin(), &self.name)
    }

    /// The settings of an application in this database.
    pub fn builder(&self, isolation: Isolation) -> TenancyBuilder<Postgres> {
        self.builder_at(self.app_url(), isolation)
    }

    /// The same, of an application behind the pooler.
    pub fn pooled_builder(&self, isolation: Isolation) -> TenancyBuilder<Postgres> {
        self.builder_at(self.pooler_url(), isolation).transaction_pooler(true)
    }

    /// The same, of an application that reaches the database at this address.
    pub fn builder_at(&self, url: String, isolation: Isolation) -> TenancyBuilder<Postgres> {
        let migrations = match isolation {
            Isolation::Column => folders(&["tables", "grants"]),
            Isolation::Rls => folders(&["tables", "grants", "policies"]),
            Isolation::Schema | Isolation::Database => folders(&["tables"]),
        };
        Tenancy::builder(url)
            .admin_url(self.admin_url())
            .isolation(isolation)
            .migrations(migrations)
            .tables(TENANT_TABLES)
            .pool_size(4)
    }

    /// SQL as the administrative role.
    pub async fn execute_as_admin(&self, sql: &str) {
        self.admin().await.batch_execute(sql).await.unwrap();
    }

    /// A connection as the application's role, which sees what its other sessions are doing.
    pub async fn app(&self) -> AsyncPgConnection {
        AsyncPgConnection::establish(&self.app_url()).await.unwrap()
    }

    /// A connection as the administrative role.
    pub async fn admin(&self) -> AsyncPgConnection {
        AsyncPgConnection::establish(&self.admin_url()).await.unwrap()
    }
}

impl Drop for Database {
    /// Best effort: the servers that `cargo xtask test` starts are thrown away as a whole.
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let url = servers::owner();
        let _ = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                if let Ok(mut owner) = AsyncPgConnection::establish(&url).await {
                    let _ = owner.batch_execute(&drop).await;
                }
            });
            std::io::Result::Ok(())
        })
        .join();
    }
}
