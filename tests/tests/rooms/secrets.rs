//! Threat 23: an application whose tenants' secrets are sealed in its registry.

use std::sync::Arc;
use std::time::Duration;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tenancy::seal::{Key, KeyRing, MAX_SEALED, SealedStore, Sealing, is_sealed};
use tenancy::store::{CachePolicy, RedisPolicy, SqlStore, StoreError, TenantStore};
use tenancy::tenant::TenantStatus;
use tenancy::{Isolation, NewTenant, TenancyError, Tenant};
use tenancy_tests::schema::customers;
use tenancy_tests::servers;
use tenancy_tests::world::{mysql, postgres, sqlite, unique_id};

fn key(number: u8) -> Key {
    let bytes: Vec<u8> = (0..32).map(|at| at * number).collect();
    Key::from_bytes(&bytes).unwrap()
}

/// Keys `k` and the number, the current one first.
fn sealing(numbers: &[u8]) -> Sealing {
    let keys = numbers.iter().map(|number| (format!("k{number}").parse().unwrap(), key(*number)));
    Sealing::new(KeyRing::of(keys).unwrap()).metadata_key("api_key")
}

fn url_of(tenant: &Tenant) -> &str {
    tenant.database_url().unwrap().expose_secret()
}

/// Sealing lies between the cache and the table: memory has it opened, the table never.
#[tokio::test]
async fn an_application_works_with_what_is_sealed() {
    let directory = tempfile::tempdir().unwrap();
    let own = directory.path().join("own-hunter2.db").display().to_string();
    let builder = |numbers: &[u8]| {
        let kept = CachePolicy::default().kept(Duration::from_secs(3600));
        sqlite::builder(&directory, Isolation::Database).seal(sealing(numbers)).cache(kept)
    };
    let tenancy = builder(&[1]).build().await.unwrap();
    let new = NewTenant::new("acme").unwrap().id(unique_id("acme")).database_url(own.clone().into());
    let acme = tenancy.register_tenant(new.metadata(json!({ "api_key": "hunter2" }))).await.unwrap();
    assert_eq!((url_of(&acme), &acme.metadata()["api_key"]), (&*own, &json!("hunter2")));
    // Where the address leads the tenant's rows are.
    let count = tenancy.context(&acme).scope(async {
        let mut db = tenancy.db().await.unwrap();
        tenancy::insert_into(customers::table)
            .values((customers::id.eq(1), customers::name.eq("Ann")))
            .execute(&mut db)
            .await
            .unwrap();
        customers::table.count().get_result::<i64>(&mut db).await.unwrap()
    });
    assert_eq!(count.await, 1);
    assert!(std::path::Path::new(&own).exists());

    let table =
        SqlStore::<tenancy::sqlite::Sqlite>::connect(directory.path().join("application.db")).await.unwrap();
    let stored = table.get(acme.id()).await.unwrap();
    assert!(is_sealed(url_of(&stored)) && !url_of(&stored).contains("hunter2"));
    assert!(is_sealed(stored.metadata()["api_key"].as_str().unwrap()));
    for file in ["application.db", "application.db-wal"] {
        let bytes = std::fs::read(directory.path().join(file)).unwrap_or_default();
        assert!(!bytes.windows(7).any(|window| window == b"hunter2"), "{file}");
    }

    // From the cache it comes opened, and is not opened anew.
    let slug = acme.identifier();
    for _ in 0..3 {
        assert_eq!(url_of(&tenancy.tenant(slug).await.unwrap()), own);
    }
    assert!(tenancy.cache().unwrap().stats().hits >= 2);
    let shown = format!("{tenancy:?} {:?} {:?} {acme:?}", tenancy.cache(), tenancy.sealed());
    assert!(!shown.contains("hunter2"), "{shown}");

    // The next key, online; then without the old one.
    let next = builder(&[2, 1]).build().await.unwrap();
    let report = next.sealed().unwrap().rotate().await.unwrap();
    assert_eq!((report.resealed, report.current, report.failed.len()), (1, 0, 0));
    let last = builder(&[2]).build().await.unwrap();
    assert_eq!(url_of(&last.tenant(slug).await.unwrap()), own);
    // Who still has the old key alone is told so.
    tenancy.cache().unwrap().forget_all();
    let error = tenancy.tenant(slug).await.unwrap_err();
    assert!(matches!(&error, TenancyError::Store(StoreError::Corrupt { .. })), "{error}");
    assert!(error.to_string().contains("under key `k2`, which is not among the keys"), "{error}");
}

/// What processes share is sealed, and each opens it for itself.
#[tokio::test]
async fn what_is_in_redis_is_sealed() {
    use redis::AsyncCommands as _;

    let directory = tempfile::tempdir().unwrap();
    let prefix = unique_id("secrets").to_string();
    let build = async || {
        let policy = RedisPolicy::new(servers::redis()).prefix(&prefix);
        let builder = sqlite::builder(&directory, Isolation::Column).seal(sealing(&[1]));
        builder.redis(policy).build().await.unwrap()
    };
    let (tenancy, other) = (build().await, build().await);
    let url = "postgres://acme:hunter2@db/acme";
    let new = NewTenant::new("acme").unwrap().id(unique_id("acme")).database_url(url.into());
    let new = new.metadata(json!({ "api_key": "hunter2" }));
    let record = new.into_record(chrono::Utc::now(), TenantStatus::Active).unwrap();
    let acme = tenancy.store().create(record).await.unwrap();

    let mut connection =
        redis::Client::open(servers::redis()).unwrap().get_multiplexed_async_connection().await.unwrap();
    let mut kept = String::new();
    for _ in 0..100 {
        tenancy.redis().unwrap().get(acme.id()).await.unwrap();
        kept.clear();
        for key in connection.keys::<_, Vec<String>>(format!("{prefix}*")).await.unwrap() {
            let kind: String = redis::cmd("TYPE").arg(&key).query_async(&mut connection).await.unwrap();
            kept += &match kind.as_str() {
                "hash" => format!("{:?}", connection.hgetall::<_, Vec<String>>(&key).await.unwrap()),
                _ => connection.get::<_, String>(&key).await.unwrap(),
            };
        }
        if kept.contains("$sealed$1$k1$") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(kept.contains("$sealed$1$k1$") && !kept.contains("hunter2"), "{kept}");
    let read = other.tenant(acme.identifier()).await.unwrap();
    assert_eq!((url_of(&read), &read.metadata()["api_key"]), (url, &json!("hunter2")));
    assert!(other.redis().unwrap().stats().hits >= 1);
}

/// The longest value that is sealed has room in every backend's table.
async fn the_longest_has_room(store: Arc<dyn TenantStore>) {
    let store = SealedStore::over(store, sealing(&[1]));
    let long = |more: usize| SecretString::from("x".repeat(MAX_SEALED + more));
    let new = |url: SecretString| {
        let new = NewTenant::new("acme").unwrap().id(unique_id("acme")).database_url(url);
        let new = new.metadata(json!({ "api_key": ["é\u{1F600}"] }));
        new.into_record(chrono::Utc::now(), TenantStatus::Active).unwrap()
    };
    let created = store.create(new(long(0))).await.unwrap();
    let read = store.get(created.id()).await.unwrap();
    assert_eq!(url_of(&read).len(), MAX_SEALED);
    assert_eq!(read.metadata()["api_key"], json!(["é\u{1F600}"]));
    store.delete(read.id()).await.unwrap();
    let refused = store.create(new(long(1))).await.unwrap_err();
    assert!(matches!(refused, StoreError::Invalid(_)), "{refused}");
}

#[tokio::test]
async fn the_longest_has_room_in_mysql() {
    let database = mysql::Database::new().await;
    database.builder(Isolation::Column).build().await.unwrap();
    let store = SqlStore::<tenancy::mysql::Mysql>::connect(database.admin_url()).await.unwrap();
    the_longest_has_room(Arc::new(store)).await;
}

#[tokio::test]
async fn the_longest_has_room_in_postgresql() {
    let database = postgres::Database::new().await;
    database.builder(Isolation::Column).build().await.unwrap();
    let store = SqlStore::<tenancy::postgres::Postgres>::connect(database.admin_url()).await.unwrap();
    the_longest_has_room(Arc::new(store)).await;
}

#[tokio::test]
async fn what_cannot_be_sealed_is_told_at_start() {
    let directory = tempfile::tempdir().unwrap();
    let bad = sealing(&[1]).metadata_key("").metadata_key("a\0b");
    let error = sqlite::builder(&directory, Isolation::Column).seal(bad).build().await.unwrap_err();
    let text = error.to_string();
    assert_eq!(text.matches("`seal`").count(), 2, "{text}");
}

/// An address of a registry that is not reached is not repeated.
#[tokio::test]
async fn a_registry_that_is_not_reached_is_told_without_its_address() {
    use std::error::Error;

    let url = "postgres://somebody:hunter2@127.0.0.1:1/nothing";
    let error = SqlStore::<tenancy::postgres::Postgres>::connect(url).await.unwrap_err();
    let text = format!("{error} {error:?} {}", error.source().unwrap());
    assert!(text.contains("Connection refused") && !text.contains("hunter2"), "{text}");
}
