//! What an application does with findings: when it starts, after its migrations, and when it asks.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use tenancy::inspect::Inspect;
use tenancy::postgres::Tenancy;
use tenancy::{Isolation, TenancyError};
use tenancy_tests::migrations::folders;
use tenancy_tests::schema::TENANT_TABLES;
use tenancy_tests::world::postgres::Database;
use tenancy_tests::world::{self, register};

async fn migrated(folders_of: &[&str]) -> Database {
    let database = Database::new().await;
    let builder = database.builder(Isolation::Column).migrations(folders(folders_of));
    builder.build().await.unwrap().migrate_tenants().await.unwrap();
    database
}

/// An application without migrations of its own.
fn application(
    database: &Database,
    isolation: Isolation,
) -> tenancy::TenancyBuilder<tenancy::postgres::Postgres> {
    let builder = Tenancy::builder(database.app_url()).admin_url(database.admin_url());
    builder.isolation(isolation).tables(TENANT_TABLES)
}

/// Threat 8: row-level security that does nothing is no start, unless the application says so.
#[tokio::test]
async fn an_application_under_rls_does_not_start_on_a_gap() {
    let database = migrated(&["tables", "grants"]).await;
    let refused = application(&database, Isolation::Rls).build().await.unwrap_err();
    let TenancyError::Config(refused) = refused else { panic!("{refused}") };
    assert_eq!(refused.problems().len(), TENANT_TABLES.len(), "{refused}");
    let text = refused.to_string();
    assert!(text.contains("`inspect`: public.orders (rls-disabled)"), "{text}");
    assert!(text.contains("CREATE POLICY \"tenant\" ON \"public\".\"orders\""), "{text}");

    for inspect in [Inspect::Warn, Inspect::Off] {
        application(&database, Isolation::Rls).inspect(inspect).build().await.unwrap();
    }
    // What is accepted is accepted, and nothing else.
    let accepting = application(&database, Isolation::Rls).accept_finding("rls-disabled", "public.orders");
    let TenancyError::Config(refused) = accepting.build().await.unwrap_err() else { panic!() };
    assert_eq!(refused.problems().len(), TENANT_TABLES.len() - 1, "{refused}");

    // Elsewhere than under `rls` nobody asked for policies; who wants to be strict is.
    let tenancy = application(&database, Isolation::Column).inspect(Inspect::Strict).build().await.unwrap();
    let report = tenancy.inspect().await.unwrap();
    assert!(report.is_clean(), "{report}");
    database.execute_as_admin("ALTER TABLE orders ENABLE ROW LEVEL SECURITY").await;
    application(&database, Isolation::Column).build().await.unwrap();
    assert!(application(&database, Isolation::Column).inspect(Inspect::Strict).build().await.is_err());
}

/// Threats 8 and 9: the policies of the guide are found to be whole, and so is an application's.
#[tokio::test]
async fn an_application_behind_policies_starts_and_can_ask() {
    let database = migrated(&["tables", "grants", "policies"]).await;
    let tenancy = application(&database, Isolation::Rls).build().await.unwrap();
    let report = tenancy.inspect().await.unwrap();
    assert!(report.is_clean() && report.tables.len() == TENANT_TABLES.len(), "{report}");
    database.execute_as_admin("CREATE POLICY support ON orders USING (true)").await;
    let report = tenancy.inspect().await.unwrap();
    assert_eq!(report.errors().map(|finding| finding.code).collect::<Vec<_>>(), ["policy-too-wide"]);
}

/// Tables that are not there yet keep nobody from starting; those that migrations have made without a wall do.
#[tokio::test]
async fn migrations_come_after_the_start_and_are_looked_at() {
    let database = Database::new().await;
    let open = || application(&database, Isolation::Rls).migrations(folders(&["tables", "grants"]));
    let tenancy = open().build().await.unwrap();
    let error = tenancy.migrate_tenants().await.unwrap_err().to_string();
    assert!(error.contains("have run, and what they leave is not safe"), "{error}");
    assert!(error.contains("rls-disabled") && error.contains("public.orders"), "{error}");

    // The tables are there, without the wall that the next migration builds: it must be able to.
    assert!(open().build().await.is_err());
    let whole = application(&database, Isolation::Rls).migrations(folders(&["tables", "grants", "policies"]));
    let tenancy = whole.build().await.unwrap();
    tenancy.migrate_tenants().await.unwrap();
    register(&tenancy, "acme").await;
    assert!(tenancy.inspect().await.unwrap().is_clean());
}

/// Decision 5: what a backend cannot do is an error at start.
#[tokio::test]
async fn there_is_nothing_to_inspect_on_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    let builder = || world::sqlite::builder(&directory, Isolation::Column);
    let text = builder().inspect(Inspect::Strict).build().await.unwrap_err().to_string();
    assert!(text.contains("`inspect`: SQLite has no policies"), "{text}");
    let tenancy = builder().inspect(Inspect::Warn).build().await.unwrap();
    let error = tenancy.inspect().await.unwrap_err();
    assert!(matches!(error, TenancyError::Isolation(_)) && error.to_string().contains("SQLite"), "{error}");
    let url = "mysql://nobody@127.0.0.1:1/nothing";
    let error = tenancy::mysql::Tenancy::builder(url).inspect(Inspect::Strict).build().await.unwrap_err();
    assert!(error.to_string().contains("MySQL has no policies"), "{error}");
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

/// Threat 9: the policies that are written for an application show nothing where the setting is NULL, and nothing
/// where it is empty, for each type of key.
#[tokio::test]
async fn generated_policies_deny_without_a_tenant() {
    use tenancy::inspect::{Inspection, KeyType, RlsMigration, RlsTable};

    let uuid = "0190a1b2c3d4e5f60718293a4b5c6d7e";
    let database = Database::new().await;
    for (name, column_type, key_type, key) in [
        ("texts", "TEXT", KeyType::Text, "acme"),
        ("uuids", "UUID", KeyType::Uuid, uuid),
        ("bigints", "BIGINT", KeyType::BigInt, "7"),
        ("integers", "INTEGER", KeyType::Integer, "7"),
    ] {
        let table = RlsTable { schema: None, name: name.into(), column: "tenant_id".into(), key_type };
        let RlsMigration { up, .. } = RlsMigration::new(&[table], Some("tenancy_app"));
        let make = format!(
            "CREATE TABLE {name} (tenant_id {column_type} NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (tenant_id, id));
             INSERT INTO {name} VALUES ('{key}', 1); {up}"
        );
        super::fixture::run(&super::fixture::url(&database, "owner"), &make).await.unwrap();

        let mut app = AsyncPgConnection::establish(&database.app_url()).await.unwrap();
        let count = format!("SELECT count(*) AS count FROM {name}");
        let count = async |app: &mut AsyncPgConnection| {
            diesel::sql_query(&count).get_result::<Count>(app).await.unwrap().count
        };
        assert_eq!(count(&mut app).await, 0, "{name}: NULL");
        let own = app.transaction::<_, diesel::result::Error, _>(async |app| {
            let set = format!("SELECT set_config('tenancy.tenant_id', '{key}', true)");
            diesel::sql_query(set).execute(app).await?;
            Ok(count(app).await)
        });
        assert_eq!(own.await.unwrap(), 1, "{name}: its own");
        assert_eq!(count(&mut app).await, 0, "{name}: empty");
        let forged = diesel::sql_query(format!("INSERT INTO {name} VALUES ('{key}', 2)"));
        assert!(forged.execute(&mut app).await.is_err(), "{name}: written by nobody");
    }
    let report = Inspection::new().run(database.app_url()).await.unwrap();
    assert!(report.is_clean() && report.tables.len() == 4, "{report}");
}
