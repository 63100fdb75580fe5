//! A world on PostgreSQL whose tenants move: every isolation at once, and tables that are hard to copy.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use tenancy::postgres::{Postgres, Tenancy};
use tenancy::{Isolation, NewTenant, TenancyBuilder, TenancyError, Tenant};

use super::postgres::Database;
use super::unique_id;
use crate::migrations::folders;
use crate::schema::TENANT_TABLES;
use crate::servers;

/// The tables of `migrations/moved`.
#[allow(missing_docs, reason = "the tables speak for themselves")]
#[tenancy::tenant_scoped]
pub mod tables {
    diesel::table! {
        people (tenant_id, id) {
            tenant_id -> Text,
            id -> BigInt,
            boss -> Nullable<BigInt>,
            name -> Text,
        }
    }

    diesel::table! {
        notes (tenant_id, id) {
            tenant_id -> Text,
            id -> BigInt,
            person -> BigInt,
            text -> Nullable<Text>,
        }
    }

    diesel::table! {
        events (number) {
            tenant_id -> Text,
            number -> BigInt,
        }
    }

    diesel::table! {
        counters (tenant_id, id) {
            tenant_id -> Text,
            id -> Integer,
            value -> BigInt,
        }
    }
}

/// The settings of the application at this database.
pub fn builder(app_url: String, admin_url: String) -> TenancyBuilder<Postgres> {
    let mut builder = Tenancy::builder(app_url)
        .admin_url(admin_url)
        .isolation(Isolation::Rls)
        .migrations(folders(&["tables", "moved"]))
        .shared_migrations(folders(&["grants", "policies", "moved_shared"]))
        .tables(TENANT_TABLES)
        .tables(tables::TENANT_TABLES)
        .pool_size(4);
    for isolation in Isolation::ALL {
        builder = builder.tier(isolation.to_string(), *isolation);
    }
    builder
}

/// Two tenants, of which `acme` moves.
#[derive(Debug)]
pub struct Moved {
    /// The application.
    pub tenancy: Tenancy,
    /// The tenant that moves, as it was registered.
    pub acme: Tenant,
    /// Another, under `rls`.
    pub globex: Tenant,
    /// Where they live.
    pub database: Database,
}

/// Text that a query gives.
#[derive(Debug, QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    line: Option<String>,
}

impl Moved {
    /// With `acme` under this isolation.
    pub async fn new(acme: Isolation) -> Self {
        Self::of(acme, Database::new().await).await
    }

    /// The same, in a database that has something in it already.
    pub async fn of(acme: Isolation, database: Database) -> Self {
        let builder = builder(database.app_url(), database.admin_url());
        Self::built(acme, database, builder).await
    }

    /// The same of an application that reaches its database through a pooler.
    pub async fn pooled(acme: Isolation) -> Self {
        let database = Database::new().await;
        let builder = builder(database.pooler_url(), database.admin_url()).transaction_pooler(true);
        Self::built(acme, database, builder).await
    }

    async fn built(acme: Isolation, database: Database, builder: TenancyBuilder<Postgres>) -> Self {
        let tenancy = builder.build().await.unwrap();
        tenancy.migrate_tenants().await.unwrap();
        let register = async |slug: &str, isolation| {
            let new = NewTenant::new(slug).unwrap().id(unique_id(slug)).isolation(isolation);
            tenancy.register_tenant(new).await.unwrap()
        };
        let (acme, globex) = (register("acme", acme).await, register("globex", Isolation::Rls).await);
        Self { tenancy, acme, globex, database }
    }

    /// The tenant as the registry has it now.
    pub async fn now(&self, tenant: &Tenant) -> Tenant {
        self.tenancy.store().get(tenant.id()).await.unwrap()
    }

    /// Runs SQL text for the tenant, where it lives now.
    pub async fn run(&self, tenant: &Tenant, sql: &str) -> Result<(), TenancyError> {
        self.run_at(&self.now(tenant).await, sql).await
    }

    /// The same, by the record that is given.
    pub async fn run_at(&self, tenant: &Tenant, sql: &str) -> Result<(), TenancyError> {
        let run = self.tenancy.context(tenant).scope(async {
            let mut db = self.tenancy.db().await?;
            db.batch_execute(sql).await.map_err(TenancyError::from)
        });
        run.await
    }

    /// What a query answers for the tenant, a line for each row, where it lives now.
    pub async fn lines(&self, tenant: &Tenant, query: &str) -> Vec<String> {
        self.lines_at(&self.now(tenant).await, query).await.unwrap()
    }

    /// The same, by the record that is given.
    pub async fn lines_at(&self, tenant: &Tenant, query: &str) -> Result<Vec<String>, TenancyError> {
        let lines = self.tenancy.context(tenant).scope(async {
            let mut db = self.tenancy.db().await?;
            let query = format!("SELECT (t.*)::text AS line FROM ({query}) t ORDER BY 1");
            let lines: Vec<Line> = diesel::sql_query(query).load(&mut db).await?;
            Ok(lines.into_iter().filter_map(|line| line.line).collect())
        });
        lines.await
    }

    /// What a query answers the administrative role.
    pub async fn admin_lines(&self, query: &str) -> Vec<String> {
        lines(&mut self.database.admin().await, query).await
    }

    /// Everything that the tenant has, table by table.
    pub async fn all(&self, tenant: &Tenant) -> Vec<String> {
        let mut all = Vec::new();
        for table in ["customers", "orders", "items", "tags", "people", "notes", "events", "counters"] {
            all.push(format!("-- {table}"));
            all.extend(self.lines(tenant, &format!("SELECT * FROM {table}")).await);
        }
        all
    }

    /// A bit of everything for the tenant.
    pub async fn fill(&self, tenant: &Tenant) {
        let id = tenant.id();
        let sql = format!(
            r#"INSERT INTO customers VALUES ('{id}', 1, 'Ada', NULL), ('{id}', 2, E'tab\t, \\ and \n line', 'DE');
               INSERT INTO orders VALUES ('{id}', 1, 2, DEFAULT, -5, ''), ('{id}', 2, 1, E'\\N', 7, NULL);
               INSERT INTO people (tenant_id, name, moods, height, born, paid, about, photo) VALUES
               ('{id}', 'Grace', '{{sad,glad}}', 0.1::float8 + 0.2::float8, '2026-03-04 05:06:07.891234+02', 1.10, '{{"a": null}}', '\x00ff'),
               ('{id}', 'Linus', NULL, 'NaN', 'infinity', 'NaN', '[]', ''), ('{id}', 'é😀', '{{}}', NULL, NULL, NULL, NULL, NULL);
               UPDATE people SET boss = (SELECT max(id) FROM people WHERE tenant_id = '{id}') WHERE name = 'Grace';
               INSERT INTO notes (tenant_id, person, text) SELECT tenant_id, id, 'of ' || name FROM people WHERE tenant_id = '{id}';
               INSERT INTO events SELECT '{id}', n FROM generate_series(1, 1000) n;
               INSERT INTO events VALUES ('{id}', 7);
               INSERT INTO counters VALUES ('{id}', 1, 0)"#
        );
        self.run(tenant, &sql).await.unwrap();
    }

    /// Events as `fill` leaves them.
    pub async fn fill_events(&self, tenant: &Tenant) {
        let id = tenant.id();
        let sql = format!(
            "DELETE FROM events; INSERT INTO events SELECT '{id}', n FROM generate_series(1, 1000) n"
        );
        self.run(tenant, &sql).await.unwrap();
    }

    /// What is left of the tenant where it does not live: rows, schemas, databases, triggers, notes of moves.
    pub async fn leftovers(&self, tenant: &Tenant) -> Vec<String> {
        let now = self.now(tenant).await;
        let lives = self.tenancy.context(&now).isolation();
        let id = now.id();
        let mut left = Vec::new();
        if !matches!(lives, Isolation::Column | Isolation::Rls) {
            for table in ["customers", "orders", "items", "tags", "people", "notes", "events", "counters"] {
                let query = format!(
                    "SELECT '{table}', count(*) FROM {table} WHERE tenant_id = '{id}' HAVING count(*) > 0"
                );
                left.extend(self.admin_lines(&query).await);
            }
        }
        if lives != Isolation::Schema {
            left.extend(
                self.admin_lines(&format!("SELECT nspname FROM pg_namespace WHERE nspname = 't_{id}'")).await,
            );
        }
        if lives != Isolation::Database {
            left.extend(
                self.admin_lines(&format!("SELECT datname FROM pg_database WHERE datname = 't_{id}'")).await,
            );
        }
        left.extend(now.relocation().map(|relocation| relocation.to_string()));
        // What stays is the fence of shared tables for a tenant that has left them.
        let fence = !matches!(lives, Isolation::Column | Isolation::Rls);
        let notes = format!(
            "SELECT * FROM tenancy_relocations WHERE tenant = '{id}' AND NOT (fenced AND {fence} AND database IS NULL)"
        );
        left.extend(self.admin_lines(&notes).await);
        left
    }
}

async fn lines(connection: &mut AsyncPgConnection, query: &str) -> Vec<String> {
    let query = format!("SELECT (t.*)::text AS line FROM ({query}) t ORDER BY 1");
    let lines: Vec<Line> = diesel::sql_query(query).load(connection).await.unwrap();
    lines.into_iter().filter_map(|line| line.line).collect()
}

/// A connection as the administrative role to the tenant's own database.
pub async fn own_database(tenant: &Tenant) -> AsyncPgConnection {
    let url = servers::with_database(&servers::admin(), &format!("t_{}", tenant.id()));
    AsyncPgConnection::establish(&url).await.unwrap()
}
