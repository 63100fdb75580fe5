//! Registering, migrating and destroying tenants on MySQL.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncMysqlConnection, RunQueryDsl, SimpleAsyncConnection};
use tenancy::store::ListTenants;
use tenancy::{Isolation, IsolationError, MigrateError, NewTenant, Tenancy, TenancyError};
use tenancy_tests::migrations::folders;
use tenancy_tests::schema::{customers, orders};
use tenancy_tests::servers;
use tenancy_tests::world::mysql::{Database, World};
use tenancy_tests::world::{register, unique_id};

const LATER: &str = "20260301000000";

fn new(slug: &str) -> NewTenant {
    NewTenant::new(slug).unwrap().id(unique_id(slug))
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

async fn counted(connection: &mut AsyncMysqlConnection, sql: String) -> i64 {
    diesel::sql_query(sql).get_result::<Count>(connection).await.unwrap().count
}

/// Databases whose name ends like the tenant's id.
async fn databases(database: &Database, tenant: &str) -> i64 {
    let sql = format!(
        "SELECT count(*) AS count FROM information_schema.schemata WHERE schema_name LIKE '%{tenant}'"
    );
    counted(&mut database.admin().await, sql).await
}

async fn registered(tenancy: &Tenancy<tenancy::mysql::Mysql>) -> usize {
    tenancy.store().list(ListTenants::default()).await.unwrap().entries.len()
}

/// A failed provisioning leaves nothing behind; destroying takes the place away, and twice is no error.
#[tokio::test]
async fn a_failed_registration_leaves_nothing() {
    let database = Database::new().await;
    let broken = database.builder(Isolation::Database).migrations(folders(&["mysql_tables", "broken"]));
    let tenancy = broken.build().await.unwrap();
    let id = unique_id("acme");
    let error = tenancy.register_tenant(NewTenant::new("acme").unwrap().id(id.clone())).await.unwrap_err();
    assert!(matches!(error, TenancyError::Migrate(MigrateError::Failed { .. })), "{error}");
    assert!(error.to_string().contains("nothing_of_that_name"), "{error}");
    assert_eq!((registered(&tenancy).await, databases(&database, id.as_str()).await), (0, 0));

    // The same identifier and id can be registered once the cause is gone.
    let tenancy = database.builder(Isolation::Database).build().await.unwrap();
    tenancy.register_tenant(NewTenant::new("acme").unwrap().id(id.clone())).await.unwrap();
    assert_eq!(databases(&database, id.as_str()).await, 1);
    tenancy.destroy_tenant(&id).await.unwrap();
    assert_eq!(databases(&database, id.as_str()).await, 0);
    tenancy.destroy_tenant(&id).await.unwrap();
}

/// Threat 20: what exists may be another tenant's: it is neither used nor changed.
#[tokio::test]
async fn a_place_that_exists_is_not_taken_over() {
    let database = Database::new().await;
    let tenancy = database.builder(Isolation::Database).build().await.unwrap();
    let id = unique_id("acme");
    let name = format!("t_{id}");
    let theirs = format!("CREATE DATABASE `{name}`; CREATE TABLE `{name}`.theirs (id INTEGER PRIMARY KEY)");
    database.execute_as_admin(&theirs).await;
    let error = tenancy.register_tenant(NewTenant::new("acme").unwrap().id(id)).await.unwrap_err();
    assert!(matches!(error, TenancyError::Isolation(IsolationError::Exists { .. })), "{error}");
    assert_eq!(registered(&tenancy).await, 0);
    database.execute_as_admin(&format!("SELECT * FROM `{name}`.theirs; DROP DATABASE `{name}`")).await;
}

/// A database that a tenant brings along is claimed for it, and not given to a second one.
#[tokio::test]
async fn two_tenants_cannot_bring_the_same_database() {
    let own = Database::new().await;
    let database = Database::new().await;
    let tenancy = database.builder(Isolation::Database).build().await.unwrap();
    let url = || own.admin_url().into();
    let first = tenancy.register_tenant(new("first").database_url(url())).await.unwrap();
    let made = tenancy.register_tenant(new("made")).await.unwrap();
    let its = servers::with_database(&servers::mysql_admin(), &format!("t_{}", made.id()));
    // Nor can a tenant bring the application's own database, or one that was made for another tenant.
    for (slug, url) in [("second", own.admin_url()), ("third", database.admin_url()), ("fourth", its)] {
        let error = tenancy.register_tenant(new(slug).database_url(url.into())).await.unwrap_err();
        assert!(matches!(error, TenancyError::Isolation(IsolationError::Owned { .. })), "{slug}: {error}");
    }
    // It is not ours to drop.
    tenancy.destroy_tenant(first.id()).await.unwrap();
    own.execute_as_admin("SELECT * FROM customers").await;
    tenancy.destroy_tenant(made.id()).await.unwrap();
}

/// Threat 20: the application's own database is known by itself, wherever the registry is.
#[tokio::test]
async fn nobody_brings_the_applications_database() {
    let database = Database::new().await;
    let builder = database.builder(Isolation::Column).store(tenancy::store::MemoryStore::new());
    let tenancy = builder.build().await.unwrap();
    for url in [database.admin_url(), database.app_url()] {
        let mallory = new("mallory").isolation(Isolation::Database).database_url(url.into());
        let error = tenancy.register_tenant(mallory).await.unwrap_err();
        assert!(matches!(error, TenancyError::Isolation(IsolationError::Owned { .. })), "{error}");
    }
    let own = Database::new().await;
    let honest = new("honest").isolation(Isolation::Database).database_url(own.admin_url().into());
    tenancy.register_tenant(honest).await.unwrap();
}

/// A registration that fails gives a database that was brought along free again.
#[tokio::test]
async fn a_failed_registration_gives_the_claim_back() {
    let own = Database::new().await;
    let database = Database::new().await;
    let broken = database.builder(Isolation::Database).migrations(folders(&["broken"]));
    let url = || own.admin_url().into();
    broken.build().await.unwrap().register_tenant(new("first").database_url(url())).await.unwrap_err();
    let tenancy = database.builder(Isolation::Database).build().await.unwrap();
    tenancy.register_tenant(new("second").database_url(url())).await.unwrap();
}

/// Threat 20: rights are for one database, though `_` is any character in a GRANT, and they end with it.
#[tokio::test]
async fn the_application_has_rights_in_its_tenants_databases_alone() {
    let world = World::new(Isolation::Database).await;
    let [name, other] = [format!("t_{}", world.acme.id()), format!("tx{}", world.acme.id())];
    let app = servers::with_database(&servers::mysql_app(), &name);
    let mut app = AsyncMysqlConnection::establish(&app).await.unwrap();
    app.batch_execute("INSERT INTO countries VALUES ('DE', 'Germany'); DELETE FROM countries").await.unwrap();
    let error = app.batch_execute("CREATE TABLE mine (id INTEGER)").await.unwrap_err().to_string();
    assert!(error.contains("denied"), "{error}");

    #[derive(QueryableByName)]
    struct Grant {
        #[diesel(sql_type = diesel::sql_types::Text)]
        grants: String,
    }
    let grants = async || {
        let mut app = AsyncMysqlConnection::establish(&servers::mysql_app()).await.unwrap();
        app.batch_execute("SET character_set_results = 'utf8mb4'").await.unwrap();
        let grants = "SELECT GROUP_CONCAT(TABLE_SCHEMA) AS grants FROM information_schema.schema_privileges";
        diesel::sql_query(grants).get_result::<Grant>(&mut app).await.unwrap().grants
    };
    let pattern = name.replace('_', r"\_");
    assert!(grants().await.contains(&pattern), "{pattern}: {}", grants().await);
    assert!(!grants().await.contains(&other) && !grants().await.contains(&name));
    world.tenancy.destroy_tenant(world.acme.id()).await.unwrap();
    assert!(!grants().await.contains(&pattern), "rights outlived the database");
}

/// Threat 22: rows of tables that tenants share go with their tenant, in whatever order foreign keys ask for.
#[tokio::test]
async fn a_tenants_rows_go_and_others_stay() {
    let world = World::new(Isolation::Column).await;
    for tenant in [&world.acme, &world.globex] {
        let mut db = world.db(tenant).await;
        world
            .tenancy
            .context(tenant)
            .scope(async {
                let ada = (customers::id.eq(1), customers::name.eq("Ada"));
                tenancy::insert_into(customers::table).values(ada).execute(&mut db).await.unwrap();
                let order = (orders::id.eq(1), orders::customer_id.eq(1));
                tenancy::insert_into(orders::table).values(order).execute(&mut db).await.unwrap();
            })
            .await;
    }
    world.tenancy.destroy_tenant(world.acme.id()).await.unwrap();
    let mut admin = world.database.admin().await;
    for table in ["customers", "orders"] {
        let left = format!("SELECT count(*) AS count FROM {table} WHERE tenant_id = '{}'", world.globex.id());
        let all = format!("SELECT count(*) AS count FROM {table}");
        assert_eq!((counted(&mut admin, left).await, counted(&mut admin, all).await), (1, 1), "{table}");
    }
}

/// Threat 21: one tenant's failure does not stop the others, and the next run takes up where it stopped.
#[tokio::test]
async fn one_tenants_failure_does_not_stop_the_others() {
    let database = Database::new().await;
    let old = database.builder(Isolation::Database).build().await.unwrap();
    let (good, bad) = (register(&old, "good").await, register(&old, "bad-one").await);
    let its = format!("`t_{}`.later", bad.id());
    database.execute_as_admin(&format!("CREATE TABLE {its} (in_the_way INTEGER)")).await;
    let new = database.builder(Isolation::Database).migrations(folders(&["mysql_tables", "later"]));
    let new = new.build().await.unwrap();
    for report in new.migrate_tenants().await.unwrap() {
        if report.tenant == *bad.id() {
            let error = report.result.unwrap_err();
            assert!(error.to_string().contains(bad.id().as_str()), "{error}");
        } else {
            assert_eq!(report.result.unwrap(), [LATER]);
        }
    }
    assert_eq!(new.migration_status(&good).await.unwrap().pending, [""; 0]);
    assert_eq!(new.migration_status(&bad).await.unwrap().pending, [LATER]);
    database.execute_as_admin(&format!("DROP TABLE {its}")).await;
    assert_eq!(new.migrate_tenant(&bad).await.unwrap(), [LATER]);
}

/// Threat 21: two processes that start at once do not run the same migration twice.
#[tokio::test]
async fn runners_at_the_same_time_do_not_collide() {
    for isolation in [Isolation::Column, Isolation::Database] {
        let database = Database::new().await;
        let old = database.builder(isolation).build().await.unwrap();
        old.migrate_tenants().await.unwrap();
        for slug in ["one", "two", "three"] {
            register(&old, &format!("tenant-{slug}")).await;
        }
        let runner = async || {
            let new = database.builder(isolation).migrations(folders(&["mysql_tables", "later"]));
            let reports = new.build().await.unwrap().migrate_tenants().await.unwrap();
            reports.into_iter().map(|report| report.result.unwrap().len()).sum::<usize>()
        };
        let (a, b, c) = tokio::join!(runner(), runner(), runner());
        assert_eq!(a + b + c, 3, "{isolation}: each tenant's migration ran once");
    }
}

/// The places of a hybrid: shared tables for the small, a database for the large.
#[tokio::test]
async fn a_tenant_may_have_a_database_of_its_own() {
    let database = Database::new().await;
    let tenancy = database.builder(Isolation::Column).build().await.unwrap();
    tenancy.migrate_tenants().await.unwrap();
    let small = tenancy.register_tenant(new("small")).await.unwrap();
    let large = tenancy.register_tenant(new("large").isolation(Isolation::Database)).await.unwrap();
    for tenant in [&small, &large] {
        tenancy
            .context(tenant)
            .scope(async {
                let mut db = tenancy.db().await.unwrap();
                let ada = (customers::id.eq(1), customers::name.eq("Ada"));
                tenancy::insert_into(customers::table).values(ada).execute(&mut db).await.unwrap();
                assert_eq!(customers::table.count().get_result::<i64>(&mut db).await.unwrap(), 1);
            })
            .await;
    }
    let rows = "SELECT count(*) AS count FROM customers".to_owned();
    assert_eq!(counted(&mut database.admin().await, rows).await, 1, "the small tenant's alone");
    tenancy.destroy_tenant(large.id()).await.unwrap();
}
