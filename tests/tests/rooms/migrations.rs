//! Migrations: each tenant's in its own place.

use tenancy::{Isolation, MigrateError, NewTenant, TenancyError};
use tenancy_tests::migrations::folders;
use tenancy_tests::world::postgres::Database;
use tenancy_tests::world::{register, sqlite};

const TABLES: &str = "20260101000000";
const LATER: &str = "20260301000000";

#[tokio::test]
async fn each_tenant_has_its_own_state() {
    let directory = tempfile::tempdir().unwrap();
    let old = sqlite::builder(&directory, Isolation::Database).build().await.unwrap();
    let first = register(&old, "first").await;
    let status = old.migration_status(&first).await.unwrap();
    assert_eq!((status.applied, status.pending), (vec![TABLES.to_owned()], vec![]));

    // The application's next version.
    let new = sqlite::builder(&directory, Isolation::Database).migrations(folders(&["tables", "later"]));
    let new = new.build().await.unwrap();
    let second = register(&new, "second").await;
    let status = new.migration_status(&first).await.unwrap();
    assert_eq!((status.applied, status.pending), (vec![TABLES.to_owned()], vec![LATER.to_owned()]));
    assert_eq!(new.migration_status(&second).await.unwrap().pending, [""; 0]);

    let reports = new.migrate_tenants().await.unwrap();
    let ran = |tenant: &tenancy::Tenant| {
        let report = reports.iter().find(|report| report.tenant == *tenant.id()).unwrap();
        report.result.clone().unwrap()
    };
    assert_eq!(ran(&first), [LATER]);
    assert_eq!(ran(&second), [""; 0]);
    assert_eq!(new.migrate_tenant(&first).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn shared_tables_are_migrated_once_for_all() {
    for isolation in [Isolation::Column, Isolation::Rls] {
        let database = Database::new().await;
        let tenancy = database.builder(isolation).build().await.unwrap();
        // Before there is any tenant.
        assert!(tenancy.migrate_tenants().await.unwrap().is_empty());
        let acme = register(&tenancy, "acme").await;
        assert_eq!(tenancy.migration_status(&acme).await.unwrap().pending, [""; 0]);
        assert_eq!(tenancy.migration_status(&acme).await.unwrap().applied[0], TABLES);
    }
}

#[tokio::test]
async fn one_tenants_failure_does_not_stop_the_others() {
    let database = Database::new().await;
    let old = database.builder(Isolation::Schema).build().await.unwrap();
    let good = register(&old, "good").await;
    let bad = register(&old, "bad-one").await;
    let also_good = register(&old, "other").await;
    let schema = old.context(&bad).schema().unwrap().to_owned();
    database.execute_as_admin(&format!("CREATE TABLE \"{schema}\".later (in_the_way INTEGER)")).await;

    let new = database.builder(Isolation::Schema).migrations(folders(&["tables", "later"]));
    let new = new.build().await.unwrap();
    let reports = new.migrate_tenants().await.unwrap();
    assert_eq!(reports.len(), 3);
    for report in reports {
        if report.tenant == *bad.id() {
            let error = report.result.unwrap_err();
            assert!(matches!(error, MigrateError::Failed { .. }), "{error}");
            assert!(error.to_string().contains(&schema), "{error}");
        } else {
            assert_eq!(report.result.unwrap(), [LATER]);
        }
    }
    for tenant in [&good, &also_good] {
        assert_eq!(new.migration_status(tenant).await.unwrap().pending, [""; 0]);
    }
    assert_eq!(new.migration_status(&bad).await.unwrap().pending, [LATER]);
    // Nothing was made where all could see it.
    database.execute_as_admin("DO $$ BEGIN ASSERT to_regclass('public.later') IS NULL; END $$").await;
}

#[tokio::test]
async fn runners_at_the_same_time_do_not_collide() {
    let database = Database::new().await;
    let old = database.builder(Isolation::Schema).build().await.unwrap();
    for slug in ["one", "two", "three", "four"] {
        register(&old, &format!("tenant-{slug}")).await;
    }
    let runner = async || {
        let new = database.builder(Isolation::Schema).migrations(folders(&["tables", "later"]));
        let reports = new.build().await.unwrap().migrate_tenants().await.unwrap();
        reports.into_iter().map(|report| report.result.unwrap().len()).sum::<usize>()
    };
    let (a, b, c) = tokio::join!(runner(), runner(), runner());
    assert_eq!(a + b + c, 4, "each tenant's migration ran once");
}

#[tokio::test]
async fn without_migrations_there_is_an_error_that_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("application.db").display().to_string();
    let tenancy = tenancy::sqlite::Tenancy::builder(path).build().await.unwrap();
    let tenant = tenancy.register_tenant(NewTenant::new("acme").unwrap()).await.unwrap();
    let error = tenancy.migrate_tenant(&tenant).await.unwrap_err();
    assert!(matches!(error, TenancyError::Migrate(MigrateError::NoMigrations)), "{error}");
}
