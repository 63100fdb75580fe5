//! The database under load: how it is filled, and what it holds afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::{StreamExt, stream};
use tenancy::postgres::Tenancy;
use tenancy::{Isolation, Tenant};
use tenancy_tests::world::postgres::Database;
use tenancy_tests::world::register;

use super::model::{Model, ROWS, UNSURE};
use super::{CONNECTIONS, TENANTS};

/// How long a connection that was thrown away may take to end.
const REST: Duration = Duration::from_secs(30);

/// The application, its tenants and their database.
pub(crate) struct Place {
    pub(crate) tenancy: Tenancy,
    pub(crate) tenants: Vec<Tenant>,
    database: Database,
    isolation: Isolation,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Integer)]
    id: i32,
    #[diesel(sql_type = Integer)]
    amount: i32,
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = Integer)]
    id: i32,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(Debug, QueryableByName)]
struct Session {
    #[diesel(sql_type = Nullable<Text>)]
    state: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    #[expect(dead_code, reason = "for the message of a failure")]
    query: Option<String>,
}

impl Place {
    pub(crate) async fn new(isolation: Isolation) -> Self {
        let database = Database::new().await;
        let tenancy = database
            .builder(isolation)
            // Of the application's role. Tenants are looked up in the registry through the administrative
            // pool, which is another of the same size and touches no tenant's rows.
            .pool_size(CONNECTIONS)
            // Of two servers, two suites and their clients on one machine, waiting is no failure.
            .pool_wait(Duration::from_secs(60))
            .build()
            .await
            .unwrap();
        tenancy.migrate_tenants().await.unwrap();
        let slugs: Vec<String> = (0..TENANTS).map(|index| format!("load{index}")).collect();
        let tenants = stream::iter(slugs.iter().map(|slug| register(&tenancy, slug)))
            .buffered(CONNECTIONS as usize)
            .collect()
            .await;
        let place = Self { tenancy, tenants, database, isolation };
        let mut admin = place.admin().await;
        for tenant in &place.tenants {
            place.fill(&mut admin, tenant).await;
        }
        admin.batch_execute("ANALYZE").await.unwrap();
        place
    }

    /// A connection as the administrative role.
    pub(crate) async fn admin(&self) -> AsyncPgConnection {
        self.database.admin().await
    }

    async fn fill(&self, admin: &mut AsyncPgConnection, tenant: &Tenant) {
        let (id, title) = (tenant.id(), Model::new(tenant.clone()).title());
        let sql = format!(
            "INSERT INTO customers (tenant_id, id, name) VALUES ('{id}', 1, '{title}');
             INSERT INTO orders (tenant_id, id, customer_id, title)
             SELECT '{id}', number, 1, '{title}' FROM generate_series(1, {ROWS}) AS number"
        );
        self.enter(admin, tenant).await;
        admin.batch_execute(&sql).await.unwrap();
    }

    /// Leads the connection to where the tenant's tables are.
    async fn enter(&self, admin: &mut AsyncPgConnection, tenant: &Tenant) {
        if let Some(schema) = self.tenancy.context(tenant).schema() {
            admin.batch_execute(&format!("SET search_path TO \"{schema}\"")).await.unwrap();
        }
    }

    /// Asserts that the tenant's rows are the model's: none is missing, and none is there that should not be.
    pub(crate) async fn holds(&self, admin: &mut AsyncPgConnection, model: &Model) {
        let (id, slug) = (model.tenant.id(), model.tenant.identifier());
        let (unsure, last) = (UNSURE.start(), UNSURE.end());
        self.enter(admin, &model.tenant).await;

        let changed = format!(
            "SELECT id, amount FROM orders WHERE tenant_id = '{id}'
             AND (amount <> 0 OR id NOT BETWEEN 1 AND {ROWS}) AND id NOT BETWEEN {unsure} AND {last}"
        );
        let changed = diesel::sql_query(changed).load::<Row>(admin).await.unwrap();
        let changed: BTreeMap<_, _> = changed.iter().map(|row| (row.id, row.amount)).collect();
        assert_eq!(changed, model.changed(), "writes of {slug}: in the database, and accepted");

        let gone = format!(
            "SELECT number AS id FROM generate_series(1, {ROWS}) AS number WHERE NOT EXISTS
             (SELECT FROM orders WHERE tenant_id = '{id}' AND id = number)"
        );
        let gone = diesel::sql_query(gone).load::<Id>(admin).await.unwrap();
        let gone: BTreeSet<_> = gone.iter().map(|row| row.id).collect();
        assert_eq!(gone, model.gone(), "rows of {slug} that are gone: in the database, and removed");

        // Also those of requests that were given up. A title names its tenant, so when no tenant has
        // another's, nobody has lost one.
        let foreign = format!(
            "SELECT count(*) FROM orders WHERE tenant_id = '{id}'
             AND (title <> '{}' OR amount < 0 OR amount >= 1000000)",
            model.title()
        );
        assert_eq!(count(admin, &foreign).await, 0, "foreign or impossible rows of {slug}");
    }

    /// Asserts that no row is outside the tenants' places.
    pub(crate) async fn holds_nothing_else(&self, admin: &mut AsyncPgConnection) {
        if self.isolation == Isolation::Schema {
            let tables = "SELECT count(*) FROM pg_tables WHERE tablename = 'orders'";
            assert_eq!(count(admin, tables).await, TENANTS as i64, "one table for each tenant");
            for tenant in &self.tenants {
                let others = format!("SELECT count(*) FROM orders WHERE tenant_id <> '{}'", tenant.id());
                self.enter(admin, tenant).await;
                assert_eq!(count(admin, &others).await, 0, "rows of others with {}", tenant.identifier());
            }
        } else {
            let tenants = "SELECT count(DISTINCT tenant_id) FROM orders";
            assert_eq!(count(admin, tenants).await, TENANTS as i64);
        }
    }

    /// Asserts that the application has at most the connections it was given and none of them is in a
    /// transaction, after those that were thrown away have had time to end. Gives how many there are.
    pub(crate) async fn is_at_rest(&self) -> usize {
        let mut waited = Duration::ZERO;
        loop {
            let sessions = self.sessions().await;
            let idle = sessions.iter().all(|session| session.state.as_deref() == Some("idle"));
            if idle && sessions.len() <= CONNECTIONS as usize {
                return sessions.len();
            }
            assert!(waited < REST, "the application's connections are not at rest: {sessions:#?}");
            let pause = Duration::from_millis(50);
            tokio::time::sleep(pause).await;
            waited += pause;
        }
    }

    /// The application's connections. A role sees its own; another sees them only if it may see everything.
    async fn sessions(&self) -> Vec<Session> {
        let sessions = "SELECT state, query FROM pg_stat_activity WHERE usename = current_user
                        AND datname = current_database() AND pid <> pg_backend_pid()";
        let mut beside = AsyncPgConnection::establish(&self.database.app_url()).await.unwrap();
        diesel::sql_query(sessions).load(&mut beside).await.unwrap()
    }
}

async fn count(connection: &mut AsyncPgConnection, sql: &str) -> i64 {
    diesel::sql_query(sql).get_result::<Count>(connection).await.unwrap().count
}
