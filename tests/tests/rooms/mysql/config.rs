//! Starting up on MySQL.

use std::time::{Duration, Instant};

use tenancy::mysql::Tenancy;
use tenancy::{ConfigError, Isolation, IsolationError, NewTenant, TenancyError};
use tenancy_tests::servers;
use tenancy_tests::world::mysql::{Database, World};

fn problems(error: TenancyError) -> ConfigError {
    match error {
        TenancyError::Config(error) => error,
        other => panic!("no error of the configuration: {other}"),
    }
}

/// Decision 5: what the backend cannot do is refused at start, with what to take instead, for a tenant's own
/// isolation too.
#[tokio::test]
async fn what_mysql_cannot_do_is_refused() {
    for (isolation, why) in
        [(Isolation::Rls, "no row-level security"), (Isolation::Schema, "a schema is a database")]
    {
        let error = Tenancy::builder("mysql://app@host/shop").isolation(isolation).build().await.unwrap_err();
        let text = problems(error).to_string();
        assert!(text.contains("MySQL has no") && text.contains(why), "{text}");
        assert!(text.contains("`database`") && text.contains("one database per tenant"), "{text}");
    }
    let world = World::new(Isolation::Column).await;
    for isolation in [Isolation::Rls, Isolation::Schema] {
        let tenant = NewTenant::new("third").unwrap().isolation(isolation);
        let error = world.tenancy.register_tenant(tenant).await.unwrap_err();
        assert!(matches!(error, TenancyError::Isolation(IsolationError::Unsupported { .. })), "{error}");
    }
}

#[tokio::test]
async fn addresses_are_checked_before_they_are_used() {
    for (url, expected) in [
        ("postgres://root:pw@host/db", "its scheme is `postgres`"),
        ("not an address", "mysql://user:password@host/database"),
        ("", "mysql://user:password@host/database"),
        ("mysql://root:pw@host", "it names no database"),
        ("mysql://root:pw@host/", "it names no database"),
    ] {
        let text = Tenancy::builder(url).build().await.unwrap_err().to_string();
        assert!(text.contains(expected), "{text}");
        assert!(!text.contains("pw"), "{text}");
    }
    for (name, expected) in [
        ("fixed", "exactly once"),
        ("{tenant}_{tenant}", "exactly once"),
        ("mysql://a:pw@host/{tenant}", "the server is the application's"),
        ("a_name_that_is_too_long_{tenant}", "longer than MySQL's 64"),
    ] {
        let builder = Tenancy::builder(servers::mysql_app()).tenant_databases(name);
        let text = builder.build().await.unwrap_err().to_string();
        assert!(text.contains(expected) && !text.contains("pw"), "{text}");
    }
}

/// Threat 23: the reason, and no secret.
#[tokio::test]
async fn a_database_that_cannot_be_had_is_an_error_with_the_reason() {
    let started = Instant::now();
    let error =
        Tenancy::builder("mysql://somebody:top%2Dsecret@127.0.0.1:1/nothing").build().await.unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains("Connection refused") && text.contains("`url`"), "{text}");
    for secret in ["top", "secret", "somebody:"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(started.elapsed() < Duration::from_secs(4), "it is told at once");

    let database = Database::new().await;
    let mut wrong = url::Url::parse(&database.app_url()).unwrap();
    wrong.set_password(Some("hunter%2D2")).unwrap();
    let error = Tenancy::builder(wrong.as_str()).build().await.unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains("Access denied"), "{text}");
    assert!(!text.contains("hunter"), "{text}");

    let missing = servers::with_database(&servers::mysql_admin(), "world_that_is_not_there");
    let error = Tenancy::builder(missing).build().await.unwrap_err().to_string();
    assert!(error.contains("world_that_is_not_there"), "{error}");

    let error = Tenancy::builder("mysql://somebody:hunter2@127.0.0.1:1/x?no_such_option=1").build().await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("no_such_option") && !error.contains("hunter2"), "{error}");
}

/// Threat 23: no secret in what is printed of a value.
#[tokio::test]
async fn debug_shows_no_secret() {
    let world = World::new(Isolation::Database).await;
    let secret = |url: String| url::Url::parse(&url).unwrap().password().unwrap().to_owned();
    let db = world.db(&world.acme).await;
    let text = format!("{:?} {db:?} {:?}", world.tenancy, world.database.builder(Isolation::Column));
    assert!(text.contains("TenantDb") && text.contains("MySQL"), "{text}");
    for secret in [secret(world.database.app_url()), secret(world.database.admin_url())] {
        assert!(!text.contains(&secret), "{text}");
    }
}
