//! Registering, suspending and destroying tenants.

use std::time::Duration;

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use tenancy::store::{ListTenants, StoreError};
use tenancy::tenant::TenantStatus;
use tenancy::{Isolation, IsolationError, MigrateError, NewTenant, Supported, Tenancy, TenancyError, Tenant};
use tenancy_tests::migrations::folders;
use tenancy_tests::schema::{customers, orders};
use tenancy_tests::servers;
use tenancy_tests::world::postgres::{Database, World};
use tenancy_tests::world::{sqlite, unique_id};

async fn registered<B: Supported>(tenancy: &Tenancy<B>) -> usize {
    tenancy.store().list(ListTenants::default()).await.unwrap().entries.len()
}

fn new(slug: &str) -> NewTenant {
    NewTenant::new(slug).unwrap().id(unique_id(slug))
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

/// Schemas and databases whose name ends like the tenant's id.
async fn places(database: &Database, tenant: &str) -> i64 {
    let query = "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname LIKE $1)
                      + (SELECT count(*) FROM pg_database WHERE datname LIKE $1) AS count";
    let query = diesel::sql_query(query).bind::<diesel::sql_types::Text, _>(format!("%{tenant}"));
    query.get_result::<Count>(&mut database.admin().await).await.unwrap().count
}

/// A failed provisioning leaves nothing behind, wherever it fails.
#[tokio::test]
async fn a_failed_registration_leaves_nothing_on_postgres() {
    for isolation in [Isolation::Schema, Isolation::Database] {
        let database = Database::new().await;
        let broken = database.builder(isolation).migrations(folders(&["tables", "broken"]));
        let tenancy = broken.build().await.unwrap();
        let id = unique_id("acme");
        let tenant = NewTenant::new("acme").unwrap().id(id.clone());
        let error = tenancy.register_tenant(tenant).await.unwrap_err();
        assert!(matches!(error, TenancyError::Migrate(MigrateError::Failed { .. })), "{error}");
        assert!(error.to_string().contains("nothing_of_that_name"), "{error}");
        assert_eq!(registered(&tenancy).await, 0);
        assert_eq!(places(&database, id.as_str()).await, 0, "{isolation}");

        // The same identifier and id can be registered once the cause is gone.
        let tenancy = database.builder(isolation).build().await.unwrap();
        let tenant = NewTenant::new("acme").unwrap().id(id.clone());
        let tenant = tenancy.register_tenant(tenant).await.unwrap();
        assert_eq!(tenant.status(), TenantStatus::Active);
        assert_eq!(places(&database, id.as_str()).await, 1, "{isolation}");
        tenancy.destroy_tenant(&id).await.unwrap();
        assert_eq!(places(&database, id.as_str()).await, 0, "{isolation}");
        // Twice is no error.
        tenancy.destroy_tenant(&id).await.unwrap();
    }
}

#[tokio::test]
async fn a_failed_registration_leaves_nothing_on_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    let builder = sqlite::builder(&directory, Isolation::Database).migrations(folders(&["broken"]));
    let tenancy = builder.build().await.unwrap();
    let error = tenancy.register_tenant(new("acme")).await.unwrap_err();
    assert!(matches!(error, TenancyError::Migrate(MigrateError::Failed { .. })), "{error}");
    assert_eq!(registered(&tenancy).await, 0);
    assert_eq!(std::fs::read_dir(directory.path().join("tenants")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_file_per_tenant_comes_and_goes() {
    let world = sqlite::World::new(Isolation::Database).await;
    let files = || {
        let files = std::fs::read_dir(world.directory.path().join("tenants")).unwrap();
        let mut names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name.starts_with(world.acme.id().as_str()));
        names
    };
    let mut db = world.db(&world.acme).await;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let ada = (customers::id.eq(1), customers::name.eq("Ada"));
            tenancy::insert_into(customers::table).values(ada).execute(&mut db).await.unwrap();
        })
        .await;
    assert!(files().contains(&format!("{}.db", world.acme.id())), "{:?}", files());
    drop(db);
    world.tenancy.destroy_tenant(world.acme.id()).await.unwrap();
    assert_eq!(files(), [""; 0]);
    // The file does not come back by being asked for.
    let gone = world.tenancy.context(&world.acme).scope(world.tenancy.db()).await.unwrap_err();
    assert!(matches!(gone, TenancyError::Connection(_)), "{gone}");
    assert_eq!(files(), [""; 0]);
    // The other tenant is as it was.
    assert!(world.tenancy.context(&world.globex).scope(world.tenancy.db()).await.is_ok());
}

/// Threat 20: what exists may be another tenant's: it is neither used nor changed.
#[tokio::test]
async fn a_place_that_exists_is_not_taken_over() {
    let database = Database::new().await;
    let tenancy = database.builder(Isolation::Schema).build().await.unwrap();
    let first = tenancy.register_tenant(new("first").schema_name("shared_name")).await.unwrap();
    let error = tenancy.register_tenant(new("second").schema_name("shared_name")).await.unwrap_err();
    assert!(matches!(error, TenancyError::Isolation(IsolationError::Exists { .. })), "{error}");
    assert_eq!(registered(&tenancy).await, 1);
    let db = tenancy.context(&first).scope(async {
        let mut db = tenancy.db().await.unwrap();
        customers::table.count().get_result::<i64>(&mut db).await
    });
    assert_eq!(db.await.unwrap(), 0, "the first tenant's tables are still there");

    let directory = tempfile::tempdir().unwrap();
    let tenancy = sqlite::builder(&directory, Isolation::Database).build().await.unwrap();
    let id = unique_id("acme");
    std::fs::create_dir_all(directory.path().join("tenants")).unwrap();
    let file = directory.path().join("tenants").join(format!("{id}.db"));
    std::fs::write(&file, "somebody's").unwrap();
    let error = tenancy.register_tenant(NewTenant::new("acme").unwrap().id(id)).await.unwrap_err();
    assert!(matches!(error, TenancyError::Isolation(IsolationError::Exists { .. })), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "somebody's");
}

/// A database that a tenant brings along is claimed for it, and not given to a second one.
#[tokio::test]
async fn two_tenants_cannot_bring_the_same_database() {
    let own = Database::new().await;
    let database = Database::new().await;
    let tenancy = database.builder(Isolation::Database).build().await.unwrap();
    let url = || own.admin_url().into();
    let first = tenancy.register_tenant(new("first").database_url(url())).await.unwrap();
    let error = tenancy.register_tenant(new("second").database_url(url())).await.unwrap_err();
    assert!(matches!(error, TenancyError::Isolation(IsolationError::Owned { .. })), "{error}");
    tenancy
        .context(&first)
        .scope(async {
            let mut db = tenancy.db().await.unwrap();
            assert_eq!(customers::table.count().get_result::<i64>(&mut db).await.unwrap(), 0);
        })
        .await;
    // Nor can a tenant bring the application's own database, or one that was made for another tenant.
    let error =
        tenancy.register_tenant(new("third").database_url(database.admin_url().into())).await.unwrap_err();
    assert!(matches!(error, TenancyError::Isolation(IsolationError::Owned { .. })), "{error}");
    let made = tenancy.register_tenant(new("made")).await.unwrap();
    let its = servers::with_database(&servers::admin(), &format!("t_{}", made.id()));
    let error = tenancy.register_tenant(new("fourth").database_url(its.into())).await.unwrap_err();
    assert!(matches!(error, TenancyError::Isolation(IsolationError::Owned { .. })), "{error}");
    tenancy.destroy_tenant(made.id()).await.unwrap();
    // It is not ours to drop.
    tenancy.destroy_tenant(first.id()).await.unwrap();
    own.execute_as_admin("SELECT * FROM customers").await;
}

/// The application's own sessions may still be going when the database is to be dropped, and the role that drops it
/// may not end them.
#[tokio::test]
async fn a_database_is_dropped_when_sessions_that_are_going_have_gone() {
    let database = Database::new().await;
    let tenancy = database.builder(Isolation::Database).build().await.unwrap();
    let made = tenancy.register_tenant(new("going")).await.unwrap();
    let url = servers::with_database(&servers::app(), &format!("t_{}", made.id()));
    let session = AsyncPgConnection::establish(&url).await.unwrap();
    let going = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(700)).await;
        drop(session);
    });
    tenancy.destroy_tenant(made.id()).await.unwrap();
    going.await.unwrap();
    assert_eq!(places(&database, &format!("t_{}", made.id())).await, 0);
}

/// Threat 22: rows of tables that tenants share go with their tenant, in whatever order foreign keys ask for.
#[tokio::test]
async fn a_tenants_rows_go_and_others_stay() {
    async fn fill(db: &mut tenancy::postgres::TenantDb) {
        let ada = (customers::id.eq(1), customers::name.eq("Ada"));
        tenancy::insert_into(customers::table).values(ada).execute(db).await.unwrap();
        let order = (orders::id.eq(1), orders::customer_id.eq(1));
        tenancy::insert_into(orders::table).values(order).execute(db).await.unwrap();
    }
    for isolation in [Isolation::Column, Isolation::Rls] {
        let world = World::new(isolation).await;
        for tenant in [&world.acme, &world.globex] {
            let mut db = world.db(tenant).await;
            world.tenancy.context(tenant).scope(fill(&mut db)).await;
        }
        world.tenancy.destroy_tenant(world.acme.id()).await.unwrap();
        let mut admin = world.database.admin().await;
        for table in ["customers", "orders"] {
            let rows = format!("SELECT count(*) AS count FROM {table}");
            assert_eq!(
                diesel::sql_query(rows).get_result::<Count>(&mut admin).await.unwrap().count,
                1,
                "{table}"
            );
        }
        let mut db = world.db(&world.globex).await;
        world
            .tenancy
            .context(&world.globex)
            .scope(async {
                assert_eq!(orders::table.count().get_result::<i64>(&mut db).await.unwrap(), 1);
            })
            .await;
    }
}

#[tokio::test]
async fn destroying_rows_without_knowing_the_tables_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("application.db").display().to_string();
    let tenancy = tenancy::sqlite::Tenancy::builder(path).build().await.unwrap();
    let tenant = tenancy.register_tenant(new("acme")).await.unwrap();
    let error = tenancy.destroy_tenant(tenant.id()).await.unwrap_err();
    assert!(matches!(error, TenancyError::Isolation(IsolationError::NoTables { .. })), "{error}");
}

#[tokio::test]
async fn identifiers_are_unique_and_statuses_are_kept() {
    let world = sqlite::World::new(Isolation::Column).await;
    let tenancy = &world.tenancy;
    let error = tenancy.register_tenant(new("acme")).await.unwrap_err();
    assert!(matches!(error, TenancyError::Store(StoreError::DuplicateIdentifier { .. })), "{error}");
    let error = tenancy.register_tenant(new("third").isolation(Isolation::Rls)).await.unwrap_err();
    assert!(matches!(error, TenancyError::Isolation(IsolationError::Unsupported { .. })), "{error}");
    assert_eq!(registered(tenancy).await, 2);

    let is_served = async |tenant: &Tenant| tenancy.tenant(tenant.identifier()).await.is_ok();
    assert!(is_served(&world.acme).await);
    tenancy.suspend_tenant(world.acme.id()).await.unwrap();
    assert!(!is_served(&world.acme).await);
    tenancy.activate_tenant(world.acme.id()).await.unwrap();
    assert!(is_served(&world.acme).await);
    tenancy.delete_tenant(world.acme.id()).await.unwrap();
    assert!(!is_served(&world.acme).await);
    tenancy.activate_tenant(world.acme.id()).await.unwrap_err();
    tenancy.suspend_tenant(world.acme.id()).await.unwrap_err();
    // Its identifier stays taken.
    tenancy.register_tenant(new("acme")).await.unwrap_err();
}

/// A caller that goes away does not leave a tenant half made.
#[tokio::test]
async fn registration_runs_to_its_end_without_its_caller() {
    let database = Database::new().await;
    let tenancy = database.builder(Isolation::Schema).build().await.unwrap();
    let registration = tenancy.register_tenant(new("acme"));
    let cut = tokio::time::timeout(std::time::Duration::from_millis(5), registration).await;
    if cut.is_ok() {
        return;
    }
    for _ in 0..200 {
        let tenants = tenancy.store().list(ListTenants::default()).await.unwrap().into_tenants().unwrap();
        if matches!(&tenants[..], [tenant] if tenant.is_active()) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the tenant was left half made");
}

/// A tenant in a hybrid of isolations has its own place.
#[tokio::test]
async fn a_tenant_may_have_an_isolation_of_its_own() {
    let database = Database::new().await;
    let tenancy = database.builder(Isolation::Column).build().await.unwrap();
    tenancy.migrate_tenants().await.unwrap();
    // The schema's tables are granted by default; the migration's own grants hold there as well.
    let small = tenancy.register_tenant(new("small")).await.unwrap();
    let large = tenancy.register_tenant(new("large").isolation(Isolation::Schema)).await.unwrap();
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
    let mut admin = database.admin().await;
    let rows = diesel::sql_query("SELECT count(*) AS count FROM customers");
    assert_eq!(rows.get_result::<Count>(&mut admin).await.unwrap().count, 1, "the small tenant's alone");
    admin.batch_execute("SELECT 1").await.unwrap();
}

/// A registration that fails gives a database that was brought along free again.
#[tokio::test]
async fn a_failed_registration_gives_the_claim_back() {
    let own = Database::new().await;
    let database = Database::new().await;
    let broken =
        database.builder(Isolation::Database).migrations(folders(&["broken"])).build().await.unwrap();
    let url = || own.admin_url().into();
    broken.register_tenant(new("first").database_url(url())).await.unwrap_err();
    let tenancy = database.builder(Isolation::Database).build().await.unwrap();
    tenancy.register_tenant(new("second").database_url(url())).await.unwrap();
}

/// A tenant that is being registered is not ended beside it: it would come back.
#[tokio::test]
async fn a_tenant_being_provisioned_is_not_ended() {
    let world = sqlite::World::new(Isolation::Database).await;
    let tenancy = &world.tenancy;
    let (acme, provisioning) = (world.acme.id(), TenantStatus::Provisioning);
    tenancy.store().set_status(acme, TenantStatus::Active, provisioning).await.unwrap();
    for error in [
        tenancy.destroy_tenant(world.acme.id()).await.unwrap_err(),
        tenancy.delete_tenant(world.acme.id()).await.unwrap_err(),
        tenancy.activate_tenant(world.acme.id()).await.unwrap_err(),
    ] {
        assert!(matches!(error, TenancyError::Lifecycle(_)), "{error}");
    }
    assert!(world.directory.path().join("tenants").join(format!("{}.db", world.acme.id())).exists());
}

/// A tenant that has moved is not served from where it was.
#[tokio::test]
async fn a_changed_address_counts_at_once() {
    let (one, two) = (Database::new().await, Database::new().await);
    let database = Database::new().await;
    let tenancy = database.builder(Isolation::Database).build().await.unwrap();
    let tenant = tenancy.register_tenant(new("acme").database_url(one.admin_url().into())).await.unwrap();
    let fill = async |tenant: &Tenant| {
        let insert = tenancy.context(tenant).scope(async {
            let mut db = tenancy.db().await.unwrap();
            let ada = (customers::id.eq(1), customers::name.eq("Ada"));
            tenancy::insert_into(customers::table).values(ada).execute(&mut db).await
        });
        insert.await.unwrap();
    };
    fill(&tenant).await;
    let mut record = tenant.to_record();
    record.database_url = Some(two.admin_url().into());
    let moved = tenancy.store().update(&Tenant::from_record(record).unwrap()).await.unwrap();
    tenancy.migrate_tenant(&moved).await.unwrap();
    fill(&moved).await;
    for database in [&one, &two] {
        let rows = diesel::sql_query("SELECT count(*) AS count FROM customers");
        assert_eq!(rows.get_result::<Count>(&mut database.admin().await).await.unwrap().count, 1);
    }
}

/// Threats 16 and 22: a tenant that is being destroyed does not come back by being activated beside it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_destroyed_stays_destroyed() {
    let world = sqlite::World::new(Isolation::Database).await;
    for round in 0..60 {
        let tenant = world.tenancy.register_tenant(new(&format!("race-{round}"))).await.unwrap();
        world.tenancy.suspend_tenant(tenant.id()).await.unwrap();
        let activate = async |tenancy: Tenancy<_>| tenancy.activate_tenant(tenant.id()).await.map(drop);
        let destroy = async |tenancy: Tenancy<_>| tenancy.destroy_tenant(tenant.id()).await.map(drop);
        let (activated, destroyed) =
            tokio::join!(activate(world.tenancy.clone()), destroy(world.tenancy.clone()));
        destroyed.unwrap();
        if let Err(error) = activated {
            assert!(matches!(error, TenancyError::Lifecycle(_)), "{error}");
        }
        let status = world.tenancy.store().get(tenant.id()).await.unwrap().status();
        assert_eq!(status, TenantStatus::Deleted, "round {round}");
    }
}
