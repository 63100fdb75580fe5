//! Whose a place is, by what is in the place itself: records and addresses can be wrong.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::store::MemoryStore;
use tenancy::{Isolation, IsolationError, NewTenant, TenancyError, Tenant};
use tenancy_tests::schema::customers;
use tenancy_tests::world::postgres::{Database, World};
use tenancy_tests::world::{register, sqlite, unique_id};

fn new(slug: &str) -> NewTenant {
    NewTenant::new(slug).unwrap().id(unique_id(slug))
}

/// Threats 20 and 22: a record that names another tenant's schema, or nobody's, destroys neither.
#[tokio::test]
async fn a_schema_is_dropped_for_its_own_tenant_alone() {
    let world = World::new(Isolation::Schema).await;
    let tenancy = &world.tenancy;
    let globexs = tenancy.context(&world.globex).schema().unwrap().to_owned();
    world.database.execute_as_admin("CREATE SCHEMA somebodys; CREATE TABLE somebodys.rows ()").await;
    for schema in [globexs.as_str(), "somebodys"] {
        let mut record = tenancy.store().get(world.acme.id()).await.unwrap().to_record();
        record.schema_name = Some(schema.to_owned());
        tenancy.store().update(&Tenant::from_record(record).unwrap()).await.unwrap();
        let error = tenancy.destroy_tenant(world.acme.id()).await.unwrap_err();
        assert!(matches!(error, TenancyError::Isolation(_)), "{error}");
        assert!(error.to_string().contains(schema) && error.to_string().contains("not dropped"), "{error}");
    }
    world.database.execute_as_admin("SELECT * FROM somebodys.rows").await;
    let globex = tenancy.context(&world.globex).scope(async {
        let mut db = tenancy.db().await.unwrap();
        customers::table.count().get_result::<i64>(&mut db).await
    });
    assert_eq!(globex.await.unwrap(), 0);

    // Its own goes, once the record is right again; and one that has gone is no error.
    let mut record = tenancy.store().get(world.acme.id()).await.unwrap().to_record();
    record.schema_name = None;
    tenancy.store().update(&Tenant::from_record(record).unwrap()).await.unwrap();
    for _ in 0..2 {
        tenancy.destroy_tenant(world.acme.id()).await.unwrap();
    }
    tenancy.destroy_tenant(world.globex.id()).await.unwrap();
}

/// Threat 20: the application's own database is known by itself, wherever the registry is.
#[tokio::test]
async fn nobody_brings_the_applications_database() {
    let database = Database::new().await;
    let tenancy = database.builder(Isolation::Column).store(MemoryStore::new()).build().await.unwrap();
    tenancy.migrate_tenants().await.unwrap();
    let same = database.admin_url().replacen("127.0.0.1", "localhost", 1);
    for url in [database.admin_url(), database.app_url(), same] {
        let mallory = new("mallory").isolation(Isolation::Database).database_url(url.into());
        let error = tenancy.register_tenant(mallory).await.unwrap_err();
        assert!(matches!(error, TenancyError::Isolation(IsolationError::Owned { .. })), "{error}");
    }
    // Another database of the same server is free.
    let own = Database::new().await;
    let honest = new("honest").isolation(Isolation::Database).database_url(own.admin_url().into());
    tenancy.register_tenant(honest).await.unwrap();
    // A search path in the address hides no mark.
    own.execute_as_admin("CREATE SCHEMA elsewhere").await;
    let hidden = format!("{}?options=-csearch_path%3Delsewhere", own.admin_url());
    let mallory = new("mallory").isolation(Isolation::Database).database_url(hidden.into());
    let error = tenancy.register_tenant(mallory).await.unwrap_err();
    assert!(matches!(error, TenancyError::Isolation(IsolationError::Owned { .. })), "{error}");
}

#[tokio::test]
async fn nobody_brings_the_applications_file() {
    let directory = tempfile::tempdir().unwrap();
    let builder = sqlite::builder(&directory, Isolation::Column).store(MemoryStore::new());
    let tenancy = builder.build().await.unwrap();
    tenancy.migrate_tenants().await.unwrap();
    register(&tenancy, "acme").await;
    let file = directory.path().join("application.db");
    let mut names = vec![file.display().to_string(), format!("file:{}?mode=rw", file.display())];
    #[cfg(unix)]
    {
        let linked = directory.path().join("linked.db");
        std::os::unix::fs::symlink(&file, &linked).unwrap();
        names.push(linked.display().to_string());
    }
    for url in names {
        let mallory = new("mallory").isolation(Isolation::Database).database_url(url.into());
        let error = tenancy.register_tenant(mallory).await.unwrap_err();
        assert!(matches!(error, TenancyError::Isolation(IsolationError::Owned { .. })), "{error}");
    }
    let own = directory.path().join("own.db").display().to_string();
    let honest = new("honest").isolation(Isolation::Database).database_url(own.into());
    tenancy.register_tenant(honest).await.unwrap();
}
