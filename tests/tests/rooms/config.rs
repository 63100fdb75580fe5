//! Starting up: every problem at once, and no secret in any of them.

use std::time::Duration;

use diesel_migrations::FileBasedMigrations;
use tenancy::postgres::Tenancy as PgTenancy;
use tenancy::sqlite::Tenancy as SqliteTenancy;
use tenancy::{ConfigError, Isolation, IsolationError, NewTenant, TenancyError};
use tenancy_tests::servers;
use tenancy_tests::world::postgres::Database;

fn problems(error: TenancyError) -> ConfigError {
    match error {
        TenancyError::Config(error) => error,
        other => panic!("no error of the configuration: {other}"),
    }
}

#[tokio::test]
async fn every_problem_is_told_at_once() {
    let error = SqliteTenancy::builder(":memory:")
        .isolation(Isolation::Rls)
        .pool_size(0)
        .max_tenant_pools(0)
        .pool_wait(Duration::ZERO)
        .admin_url("")
        .build()
        .await
        .unwrap_err();
    let error = problems(error);
    let text = error.to_string();
    for setting in ["`url`", "`admin_url`", "`isolation`", "`pool_size`", "`max_tenant_pools`", "`pool_wait`"]
    {
        assert!(text.contains(setting), "{setting}: {text}");
    }
    assert_eq!(error.problems().len(), 6, "{text}");
    assert!(text.contains("no row-level security"), "{text}");
}

/// Decision 5: what the backend cannot do is refused at start.
#[tokio::test]
async fn what_sqlite_cannot_do_is_refused() {
    for isolation in [Isolation::Rls, Isolation::Schema] {
        let error = SqliteTenancy::builder("application.db").isolation(isolation).build().await.unwrap_err();
        let text = problems(error).to_string();
        assert!(text.contains("SQLite has no") && text.contains("use "), "{text}");
    }
    let error =
        SqliteTenancy::builder("application.db").isolation(Isolation::Database).build().await.unwrap_err();
    assert!(problems(error).to_string().contains("tenant_databases"));
}

/// Threat 23: the reason, and no secret.
#[tokio::test]
async fn a_database_that_is_down_is_an_error_with_the_reason() {
    let url = "postgres://somebody:top%2Dsecret@127.0.0.1:1/nothing";
    let started = std::time::Instant::now();
    let error = PgTenancy::builder(url).build().await.unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains("Connection refused"), "{text}");
    assert!(text.contains("`url`"), "{text}");
    for secret in ["top", "secret", "somebody:"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(started.elapsed() < Duration::from_secs(4), "it is told at once");

    let database = Database::new().await;
    let wrong = database.app_url().replacen(":", ":wrong", 2).replacen(":wrong//", "://", 1);
    let error = PgTenancy::builder(wrong).build().await.unwrap_err().to_string();
    assert!(error.contains("password authentication failed"), "{error}");
    assert!(!error.contains("wrong"), "{error}");

    let missing = servers::with_database(&servers::app(), "no_such_database");
    let error = PgTenancy::builder(missing).build().await.unwrap_err().to_string();
    assert!(error.contains("no_such_database"), "{error}");

    let error = SqliteTenancy::builder("/nowhere/at/all/application.db").build().await.unwrap_err();
    assert!(problems(error).to_string().contains("unable to open"));
}

#[tokio::test]
async fn addresses_are_checked_before_they_are_used() {
    for (url, expected) in [
        ("mysql://root:pw@host/db", "its scheme is `mysql`"),
        ("not an address", "postgres://user:password@host/database"),
        ("", "postgres://user:password@host/database"),
    ] {
        let text = PgTenancy::builder(url).build().await.unwrap_err().to_string();
        assert!(text.contains(expected), "{text}");
        assert!(!text.contains("pw"), "{text}");
    }
    for (name, expected) in [
        ("fixed", "exactly once"),
        ("{tenant}_{tenant}", "exactly once"),
        ("postgres://a:pw@host/{tenant}", "the server is the application's"),
        ("a_name_that_is_too_long_{tenant}", "longer than"),
    ] {
        let text =
            PgTenancy::builder(servers::app()).tenant_databases(name).build().await.unwrap_err().to_string();
        assert!(text.contains(expected) && !text.contains("pw"), "{text}");
    }
    // Threat 20: it would win over the path, for every tenant alike.
    let url = format!("{}?dbname=tenancy_test", servers::app());
    let text = PgTenancy::builder(url).build().await.unwrap_err().to_string();
    assert!(text.contains("`dbname`"), "{text}");
}

/// Threat 8: a role that the policies do not hold is refused, for a tenant's own isolation too.
#[tokio::test]
async fn rls_with_a_role_that_bypasses_it_is_refused() {
    let database = Database::new().await;
    let bypassing = || PgTenancy::builder(database.admin_url());
    let error = bypassing().isolation(Isolation::Rls).build().await.unwrap_err();
    let text = problems(error).to_string();
    assert!(text.contains("tenancy_admin") && text.contains("BYPASSRLS"), "{text}");

    let tenancy = bypassing().build().await.unwrap();
    let tenant = NewTenant::new("acme").unwrap().isolation(Isolation::Rls);
    let error = tenancy.register_tenant(tenant).await.unwrap_err();
    assert!(matches!(error, TenancyError::Isolation(IsolationError::RoleBypassesRls { .. })), "{error}");
}

/// Threats 8 and 22: an administrative role that the policies hold would read and delete nothing, and say so to
/// nobody.
#[tokio::test]
async fn rls_with_an_administrative_role_that_is_held_is_refused() {
    let database = Database::new().await;
    let owner = servers::with_database(&servers::owner(), database.name());
    let builder = PgTenancy::builder(database.app_url()).admin_url(owner).isolation(Isolation::Rls);
    let text = problems(builder.build().await.unwrap_err()).to_string();
    assert!(text.contains("tenancy_owner") && text.contains("admin_url"), "{text}");
}

/// Threat 23: no secret in what is printed of a value.
#[tokio::test]
async fn debug_shows_no_secret() {
    let database = Database::new().await;
    let password = url::Url::parse(&database.app_url()).unwrap().password().unwrap().to_owned();
    let admin = url::Url::parse(&database.admin_url()).unwrap().password().unwrap().to_owned();
    let builder = database.builder(Isolation::Column);
    let mut text = format!("{builder:?}");
    let tenancy = builder.build().await.unwrap();
    tenancy.migrate_tenants().await.unwrap();
    let tenant = tenancy_tests::world::register(&tenancy, "acme").await;
    let db = tenancy.context(&tenant).scope(tenancy.db()).await.unwrap();
    text += &format!("{tenancy:?} {db:?} {tenant:?} {:?}", tenancy.context(&tenant));
    assert!(text.contains("TenantDb"));
    assert!(!text.contains(&password) && !text.contains(&admin), "{text}");
}

/// Threat 23: a password is not to be found out by what is missing from a message.
#[tokio::test]
async fn no_password_shows_through_what_takes_its_place() {
    let refused = |password: &str| format!("postgres://somebody:{password}@127.0.0.1:1/nothing");
    let mut texts = Vec::new();
    for password in ["o", "e", "z", "%6F", "xq"] {
        texts.push(PgTenancy::builder(refused(password)).build().await.unwrap_err().to_string());
    }
    assert!(texts.windows(2).all(|pair| pair[0] == pair[1]), "{texts:?}");
    assert!(texts[0].contains("withheld"), "{}", texts[0]);

    // One that a message happens to hold is not pointed at, and what the driver says is whole or not there.
    for password in ["connect", "refused", "Connection%20refused"] {
        let text = PgTenancy::builder(refused(password)).build().await.unwrap_err().to_string();
        assert!(text.contains("withheld") && !text.contains("refused"), "{text}");
    }
    let parameter = "postgres://somebody@127.0.0.1:1/nothing?password=refused";
    let text = PgTenancy::builder(parameter).build().await.unwrap_err().to_string();
    assert!(text.contains("withheld") && !text.contains("refused"), "{text}");
    let text = PgTenancy::builder(refused("hunter2")).build().await.unwrap_err().to_string();
    assert!(text.contains("Connection refused"), "{text}");
    // A path has no password, whatever its letters.
    let text = SqliteTenancy::builder("/o/e").build().await.unwrap_err().to_string();
    assert!(text.contains("unable to open"), "{text}");
}

#[tokio::test]
async fn a_file_of_blanks_is_no_address() {
    let error = SqliteTenancy::builder(" ").tenant_databases("\t ").build().await.unwrap_err();
    let text = problems(error).to_string();
    assert!(
        text.contains("`url`: it is empty") && text.contains("`tenant_databases`: it is empty"),
        "{text}"
    );
}

/// Decision 5: a tenant that brings its own file needs no directory of files.
#[tokio::test]
async fn a_tenants_own_file_needs_no_directory() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str| directory.path().join(name).display().to_string();
    let tenancy = SqliteTenancy::builder(file("application.db"))
        .migrations(tenancy_tests::migrations::folders(&["tables"]))
        .build()
        .await
        .unwrap();
    let acme = NewTenant::new("acme").unwrap().isolation(Isolation::Database);
    let own = acme.clone().database_url(file("own.db").into());
    let own = tenancy.register_tenant(own).await.unwrap();
    tenancy.context(&own).scope(tenancy.db()).await.unwrap();
    // Without either there is nowhere to be.
    let error = tenancy.register_tenant(acme).await.unwrap_err();
    assert!(matches!(error, TenancyError::Isolation(IsolationError::NoDatabases)), "{error}");
    // Nor is a place in memory one: each connection would have its own.
    let memory = NewTenant::new("memory").unwrap().isolation(Isolation::Database);
    let error = tenancy.register_tenant(memory.database_url(":memory:".to_owned().into())).await.unwrap_err();
    assert!(error.to_string().contains("memory of its own"), "{error}");
}

/// Threat 1: a column that SQLite takes for numbers holds `007` and `7` for equal.
#[tokio::test]
async fn a_tenant_column_that_compares_as_a_number_is_refused() {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;

    for (declared, fits) in [
        ("STRING", false),
        ("UUID", false),
        ("NUMERIC", false),
        ("INTEGER", false),
        ("REAL", false),
        ("TEXT", true),
        ("VARCHAR(48)", true),
        ("", true),
        ("BLOB", true),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("application.db").display().to_string();
        let mut connection = diesel::SqliteConnection::establish(&file).unwrap();
        let table = format!("CREATE TABLE customers (tenant_id {declared} NOT NULL, id INTEGER, name TEXT)");
        connection.batch_execute(&table).unwrap();
        let builder = SqliteTenancy::builder(&*file).tables(tenancy_tests::schema::TENANT_TABLES);
        match builder.build().await {
            Ok(_) => assert!(fits, "{declared}"),
            Err(error) => {
                let text = problems(error).to_string();
                assert!(!fits && text.contains("customers") && text.contains("TEXT"), "{declared}: {text}");
            }
        }
        // The same, for a table that a migration makes.
        let directory = tempfile::tempdir().unwrap();
        let migration = directory.path().join("migrations/2026-01-01-000000_tables");
        std::fs::create_dir_all(&migration).unwrap();
        std::fs::write(migration.join("up.sql"), &table).unwrap();
        std::fs::write(migration.join("down.sql"), "DROP TABLE customers").unwrap();
        let migrations = FileBasedMigrations::from_path(directory.path().join("migrations")).unwrap();
        let file = directory.path().join("application.db").display().to_string();
        let builder = SqliteTenancy::builder(file).tables(tenancy_tests::schema::TENANT_TABLES);
        let tenancy = builder.migrations(migrations).build().await.unwrap();
        assert_eq!(tenancy.migrate_tenants().await.is_ok(), fits, "{declared}");
        let registered = tenancy.register_tenant(NewTenant::new("acme").unwrap()).await;
        assert_eq!(registered.is_ok(), fits, "{declared}");
    }
}
