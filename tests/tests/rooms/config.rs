//! Starting up: every problem at once, and no secret in any of them.

use std::time::Duration;

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
