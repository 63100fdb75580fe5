//! The databases, filled, with a pool for each side.

use diesel::SqliteConnection;
use diesel_async::pooled_connection::bb8::Pool;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use futures_util::FutureExt;
use tempfile::TempDir;
use tenancy::store::MemoryStore;
use tenancy::{Isolation, Supported, Tenancy, TenancyBuilder, Tenant};
use tenancy_tests::world::postgres::Database;
use tenancy_tests::world::proxy::Proxy;
use tenancy_tests::{servers, world};

use super::{ROWS, TENANTS};

/// Connections of each pool.
const CONNECTIONS: u32 = 4;

/// Tenants by hand, and the plain pool to their database.
type ByHand<C> = (Vec<Tenant>, Pool<C>);

type Builder = TenancyBuilder<tenancy::postgres::Postgres>;

/// A database of PostgreSQL.
pub(crate) struct Postgres {
    pub(crate) tenancy: tenancy::postgres::Tenancy,
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) by_hand: ByHand<AsyncPgConnection>,
    isolation: Isolation,
    database: Database,
}

impl Postgres {
    pub(crate) async fn new(isolation: Isolation) -> Self {
        Self::filled(isolation, TENANTS, |builder| builder).await
    }

    /// With a registry that asks no database.
    pub(crate) async fn in_memory(isolation: Isolation, tenants: usize) -> Self {
        Self::filled(isolation, tenants, |builder| builder.store(MemoryStore::new())).await
    }

    /// In a database that plans a statement once for all values. By itself PostgreSQL plans one with a bound LIMIT,
    /// as Diesel's are, each time anew: it takes a plan for any limit for worse.
    pub(crate) async fn planned_once(isolation: Isolation) -> Self {
        let database = Database::new().await;
        let name = database.name();
        let keep = format!("ALTER DATABASE \"{name}\" SET plan_cache_mode = force_generic_plan");
        database.admin().await.batch_execute(&keep).await.unwrap();
        Self::filled_in(database, isolation, TENANTS, |builder| builder).await
    }

    async fn filled(isolation: Isolation, tenants: usize, settings: impl FnOnce(Builder) -> Builder) -> Self {
        Self::filled_in(Database::new().await, isolation, tenants, settings).await
    }

    async fn filled_in(
        database: Database,
        isolation: Isolation,
        tenants: usize,
        settings: impl FnOnce(Builder) -> Builder,
    ) -> Self {
        let builder = settings(database.builder(isolation).pool_size(CONNECTIONS));
        let tenancy = builder.build().await.unwrap();
        tenancy.migrate_tenants().await.unwrap();
        let tenants = register(&tenancy, tenants).await;
        let mut admin = database.admin().await;
        for tenant in &tenants {
            if let Some(schema) = tenancy.context(tenant).schema() {
                admin.batch_execute(&format!("SET search_path TO \"{schema}\"")).await.unwrap();
            }
            if isolation == Isolation::Database {
                let url = servers::with_database(&servers::admin(), &format!("t_{}", tenant.id()));
                admin = AsyncPgConnection::establish(&url).await.unwrap();
            }
            let numbers = format!("generate_series(1, {ROWS}) AS numbers (number)");
            admin.batch_execute(&fill(tenant, &numbers)).await.unwrap();
            if isolation == Isolation::Database {
                admin.batch_execute("VACUUM ANALYZE").await.unwrap();
            }
        }
        admin.batch_execute("VACUUM ANALYZE").await.unwrap();
        let by_hand = plain_pool(database.app_url()).await;
        Self { tenancy, by_hand: (tenants.clone(), by_hand), tenants, isolation, database }
    }

    pub(crate) fn app_url(&self) -> String {
        self.database.app_url()
    }

    /// A plain pool to the database of one tenant.
    pub(crate) async fn pool_of(&self, tenant: &Tenant) -> Pool<AsyncPgConnection> {
        plain_pool(servers::with_database(&self.app_url(), &format!("t_{}", tenant.id()))).await
    }

    /// The same application at the other end of a proxy that counts.
    pub(crate) async fn behind_proxy(&self) -> (Proxy, tenancy::postgres::Tenancy) {
        let proxy = Proxy::new(&self.app_url());
        let builder = self.database.builder_at(proxy.before(&self.app_url()), self.isolation);
        let tenancy = builder.store(MemoryStore::new()).pool_size(1).build().await.unwrap();
        (proxy, tenancy)
    }
}

async fn plain_pool(url: String) -> Pool<AsyncPgConnection> {
    let config = config(Box::new(|url| AsyncPgConnection::establish(url).boxed()));
    let manager = AsyncDieselConnectionManager::new_with_config(url, config);
    Pool::builder().max_size(CONNECTIONS).build(manager).await.unwrap()
}

/// A file of SQLite.
pub(crate) struct Sqlite {
    pub(crate) tenancy: tenancy::sqlite::Tenancy,
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) by_hand: ByHand<SyncConnectionWrapper<SqliteConnection>>,
    _directory: TempDir,
}

impl Sqlite {
    pub(crate) async fn new() -> Self {
        type Connection = SyncConnectionWrapper<SqliteConnection>;

        let directory = tempfile::tempdir().unwrap();
        let builder = world::sqlite::builder(&directory, Isolation::Column);
        let tenancy = builder.pool_size(CONNECTIONS).build().await.unwrap();
        tenancy.migrate_tenants().await.unwrap();
        let tenants = register(&tenancy, TENANTS).await;
        let config = config(Box::new(|url| {
            // What the library sets on its own connections.
            let settings = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
                            PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON";
            let url = url.to_owned();
            async move {
                let mut connection = Connection::establish(&url).await?;
                connection
                    .batch_execute(settings)
                    .await
                    .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
                Ok(connection)
            }
            .boxed()
        }));
        let file = directory.path().join("application.db").display().to_string();
        let manager = AsyncDieselConnectionManager::new_with_config(file, config);
        let by_hand = Pool::builder().max_size(CONNECTIONS).build(manager).await.unwrap();
        {
            let mut plain = by_hand.get().await.unwrap();
            let numbers = format!(
                "(WITH RECURSIVE series (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM series LIMIT {ROWS}) \
                 SELECT number FROM series)"
            );
            for tenant in &tenants {
                plain.batch_execute(&fill(tenant, &numbers)).await.unwrap();
            }
            plain.batch_execute("ANALYZE").await.unwrap();
        }
        Self { tenancy, by_hand: (tenants.clone(), by_hand), tenants, _directory: directory }
    }
}

/// Neither side asks the server anything when a connection is taken from the pool.
fn config<C>(custom_setup: diesel_async::pooled_connection::SetupCallback<C>) -> ManagerConfig<C>
where
    C: AsyncConnection + 'static,
{
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = custom_setup;
    config
}

async fn register<B: Supported>(tenancy: &Tenancy<B>, count: usize) -> Vec<Tenant> {
    let mut tenants = Vec::new();
    for index in 0..count {
        tenants.push(world::register(tenancy, &format!("bench{index}")).await);
    }
    tenants
}

/// One customer and the orders; `numbers` is a table of the numbers from 1 to [`ROWS`].
fn fill(tenant: &Tenant, numbers: &str) -> String {
    let id = tenant.id();
    format!(
        "INSERT INTO customers (tenant_id, id, name) VALUES ('{id}', 1, 'customer');
         INSERT INTO orders (tenant_id, id, customer_id, title, amount, note)
         SELECT '{id}', number, 1, 'order ' || number, number, 'of {id}' FROM {numbers}"
    )
}
