//! What a Redis keeps, with a real one: `TENANCY_TEST_REDIS_URL` says where, and `cargo xtask test` always sets it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, clippy::print_stdout, reason = "what is skipped and what is measured is said")]

use std::time::Instant;

use redis::AsyncCommands as _;
use redis::aio::MultiplexedConnection;
use secrecy::SecretString;

use super::*;
use crate::store::{CachePolicy, CachedStore, MemoryStore};
use crate::tenant::NewTenant;

const HOUR: Duration = Duration::from_secs(3600);

/// A Redis with a prefix of one test's own.
struct Server {
    url: String,
    prefix: String,
}

impl Server {
    fn new() -> Option<Self> {
        let Ok(url) = std::env::var("TENANCY_TEST_REDIS_URL") else {
            eprintln!("skipped: TENANCY_TEST_REDIS_URL is not set, run `cargo xtask test`");
            return None;
        };
        Some(Self { url, prefix: format!("test-{}", uuid::Uuid::now_v7()) })
    }

    fn policy(&self) -> RedisPolicy {
        // A busy machine is no Redis that is down.
        RedisPolicy::new(&self.url).prefix(&self.prefix).kept(HOUR).answers_within(Duration::from_secs(10))
    }

    async fn connection(&self) -> MultiplexedConnection {
        redis::Client::open(self.url.as_str()).unwrap().get_multiplexed_async_connection().await.unwrap()
    }

    fn tenant_key(&self, id: &str) -> String {
        format!("{}:tenant:{id}", self.prefix)
    }

    async fn record(&self, id: &str) -> Option<String> {
        self.connection().await.hget(self.tenant_key(id), "record").await.unwrap()
    }

    /// Waits until Redis has something of this tenant: what was read is written there by a task.
    async fn has(&self, id: &str) -> String {
        for _ in 0..500 {
            match self.record(id).await {
                Some(record) if !record.is_empty() => return record,
                _ => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
        panic!("Redis has nothing of `{id}`");
    }
}

/// One process of an application: its memory, in front of the Redis, in front of the registry that all share.
fn process(registry: &Arc<MemoryStore>, policy: RedisPolicy) -> (CachedStore, RedisStore) {
    let redis = RedisStore::over(Arc::clone(registry) as Arc<dyn TenantStore>, policy);
    let cache = CachedStore::new(redis.clone(), CachePolicy::default().kept(HOUR).absent(HOUR));
    follow(&redis, cache.hears());
    (cache, redis)
}

fn id(text: &str) -> TenantId {
    text.try_into().unwrap()
}

fn slug(text: &str) -> Slug {
    text.try_into().unwrap()
}

fn record(id_text: &str, slug_text: &str) -> TenantRecord {
    let new = NewTenant::new(slug_text).unwrap().id(id(id_text));
    new.into_record(chrono::Utc::now(), TenantStatus::Active).unwrap()
}

/// Waits until this is so, and says how long that took.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    began.elapsed()
}

#[tokio::test]
async fn what_was_read_comes_from_redis() {
    let Some(server) = Server::new() else { return };
    let registry = Arc::new(MemoryStore::new());
    registry.create(record("a1", "acme")).await.unwrap();
    let store = RedisStore::over(registry.clone(), server.policy());
    store.get(&id("a1")).await.unwrap();
    server.has("a1").await;
    // Past the store, so that nobody is told.
    registry.delete(&id("a1")).await.unwrap();
    assert_eq!(store.get(&id("a1")).await.unwrap().identifier().as_str(), "acme");
    assert_eq!(store.get_by_identifier(&slug("acme")).await.unwrap().id().as_str(), "a1");
    let stats = store.stats();
    assert_eq!((stats.hits, stats.misses, stats.failures, stats.untold), (2, 1, 0, 0));
    // And what is to be asked anew is, once.
    store.forget(&id("a1"));
    assert!(matches!(store.get_by_identifier(&slug("acme")).await, Err(StoreError::NotFound { .. })));
    assert!(matches!(store.get(&id("a1")).await, Err(StoreError::NotFound { .. })));
    let other = RedisStore::over(registry.clone(), server.policy());
    assert!(other.get(&id("a1")).await.is_ok(), "another process is not told by that");
    store.forget_everywhere(&id("a1")).await.unwrap();
    assert!(matches!(store.get(&id("a1")).await, Err(StoreError::NotFound { .. })));
    assert!(matches!(other.get(&id("a1")).await, Err(StoreError::NotFound { .. })));
}

/// Threat 16.
#[tokio::test]
async fn what_one_process_changes_another_sees_at_once() {
    let Some(server) = Server::new() else { return };
    let registry = Arc::new(MemoryStore::new());
    let (here, _) = process(&registry, server.policy());
    let (there, redis_there) = process(&registry, server.policy());
    here.create(record("a1", "acme")).await.unwrap();
    let name = slug("acme");
    until("the tenant is known there", async || there.get_by_identifier(&name).await.is_ok()).await;
    // Both listen, and both have it in memory.
    tokio::time::sleep(Duration::from_millis(300)).await;
    here.get_by_identifier(&name).await.unwrap();
    there.get_by_identifier(&name).await.unwrap();
    let mut longest = Duration::ZERO;
    for round in 0..20 {
        let (old, new) = match round % 2 {
            0 => (TenantStatus::Active, TenantStatus::Suspended),
            _ => (TenantStatus::Suspended, TenantStatus::Active),
        };
        assert_eq!(there.get_by_identifier(&name).await.unwrap().status(), old);
        here.set_status(&id("a1"), old, new).await.unwrap();
        let took = until("the status is known there", async || {
            there.get_by_identifier(&name).await.unwrap().status() == new
        });
        longest = longest.max(took.await);
    }
    println!("a change reached the other process after {longest:?} at most, of 20");
    // It was in Redis, and the registry was not asked.
    assert!(redis_there.stats().hits >= 20, "{:?}", redis_there.stats());
    here.delete(&id("a1")).await.unwrap();
    until("it is gone there", async || there.get_by_identifier(&name).await.is_err()).await;
}

#[tokio::test]
async fn an_old_record_never_takes_the_place_of_a_newer_one() {
    let Some(server) = Server::new() else { return };
    let registry = Arc::new(MemoryStore::new());
    let old = registry.create(record("a1", "acme")).await.unwrap();
    let store = RedisStore::over(registry.clone(), server.policy());
    let patch = Map::from_iter([("n".to_owned(), 1.into())]);
    let (changed, now) = (store.merge_metadata(&id("a1"), patch).await.unwrap(), Instant::now());
    // Somebody who had read it before.
    assert!(!store.0.fill(&old, now).await.unwrap());
    assert_eq!(store.get(&id("a1")).await.unwrap().version(), changed.version());
    // Nor of one whose change has failed, and may have happened all the same.
    store.0.forget(&[id("a1")]).await.unwrap();
    assert!(!store.0.fill(&old, now).await.unwrap());
    assert!(!store.0.fill(&changed, now).await.unwrap());
    assert_eq!(server.record("a1").await.unwrap(), "");
    // And of two changes that come to their ends at the same time, the one that is written last need not be the last.
    store.merge_metadata(&id("a1"), Map::new()).await.unwrap();
    assert_eq!(server.record("a1").await.unwrap(), "");
    registry.delete(&id("a1")).await.unwrap();
    assert!(matches!(store.get(&id("a1")).await, Err(StoreError::NotFound { .. })));
}

#[tokio::test]
async fn what_was_read_long_ago_is_not_kept() {
    let Some(server) = Server::new() else { return };
    let registry = Arc::new(MemoryStore::new());
    let acme = registry.create(record("a1", "acme")).await.unwrap();
    let store = RedisStore::over(registry.clone(), server.policy().kept(Duration::from_secs(2)));
    let asked = Instant::now();
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert!(store.0.fill(&acme, asked).await.unwrap());
    let left: i64 = server.connection().await.pttl(server.tenant_key("a1")).await.unwrap();
    assert!(left <= 1_400, "it is kept for {left} ms more, and was read 600 ms ago");
    let _: () = server.connection().await.del(server.tenant_key("a1")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(450)).await;
    assert!(!store.0.fill(&acme, asked).await.unwrap());
}

/// Who could not tell Redis asks the registry until it can, and tells it then.
#[tokio::test]
async fn a_change_that_redis_was_not_told_of_is_told_again() {
    let Some(server) = Server::new() else { return };
    let registry = Arc::new(MemoryStore::new());
    let store = RedisStore::over(registry.clone(), server.policy());
    store.create(record("a1", "acme")).await.unwrap();
    let mut connection = server.connection().await;
    let kept = server.has("a1").await;
    // A key that the script cannot write, as in a server that has no room, or is a replica.
    let _: () = connection.del(server.tenant_key("a1")).await.unwrap();
    let _: () = connection.set(server.tenant_key("a1"), "x").await.unwrap();
    store.set_status(&id("a1"), TenantStatus::Active, TenantStatus::Suspended).await.unwrap();
    assert_eq!(store.stats().untold, 1);
    // Then it has what it had before.
    let _: () = connection.del(server.tenant_key("a1")).await.unwrap();
    let fields = [("version", "1"), ("record", kept.as_str())];
    let _: () = connection.hset_multiple(server.tenant_key("a1"), &fields).await.unwrap();
    assert_eq!(store.get(&id("a1")).await.unwrap().status(), TenantStatus::Suspended);
    until("Redis is told", async || {
        server.record("a1").await.is_none_or(|record| !record.contains("active"))
    })
    .await;
    assert_eq!(store.get(&id("a1")).await.unwrap().status(), TenantStatus::Suspended);
}

/// The task that listens does not keep what it listens for.
#[tokio::test]
async fn who_listens_ends_with_its_store() {
    let Some(server) = Server::new() else { return };
    let channel = format!("{}:changed", server.prefix);
    let mut connection = server.connection().await;
    let mut listening = async || {
        let mut asked = redis::cmd("PUBSUB");
        let (_, count): (String, i64) =
            asked.arg("NUMSUB").arg(&channel).query_async(&mut connection).await.unwrap();
        count
    };
    let (cache, redis) = process(&Arc::new(MemoryStore::new()), server.policy());
    until("it listens", async || redis.stats().is_listening).await;
    assert_eq!(listening().await, 1);
    drop((cache, redis));
    until("it listens no more", async || listening().await == 0).await;
}

#[tokio::test]
async fn no_secret_is_in_redis_in_clear() {
    let Some(server) = Server::new() else { return };
    let registry = Arc::new(MemoryStore::new());
    let store = RedisStore::over(registry.clone(), server.policy());
    let secret = TenantRecord {
        database_url: Some(SecretString::from("postgres://acme:hunter2@db/acme")),
        ..record("a1", "acme")
    };
    store.create(secret).await.unwrap();
    store.create(record("b1", "globex")).await.unwrap();
    server.has("b1").await;
    for _ in 0..3 {
        store.get(&id("a1")).await.unwrap();
        store.get_by_identifier(&slug("acme")).await.unwrap();
    }
    store.set_status(&id("a1"), TenantStatus::Active, TenantStatus::Suspended).await.unwrap();
    assert_eq!(store.get(&id("a1")).await.unwrap().status(), TenantStatus::Suspended);
    store.warm_up().await.unwrap();
    let mut connection = server.connection().await;
    let keys: Vec<String> = connection.keys(format!("{}*", server.prefix)).await.unwrap();
    assert!(keys.len() >= 3, "{keys:?}");
    let mut is_seen = false;
    for key in keys {
        let kind: String = redis::cmd("TYPE").arg(&key).query_async(&mut connection).await.unwrap();
        let text = match kind.as_str() {
            "hash" => format!("{:?}", connection.hgetall::<_, Vec<String>>(&key).await.unwrap()),
            _ => connection.get::<_, String>(&key).await.unwrap(),
        };
        assert!(!text.contains("hunter2"), "{key}");
        is_seen |= text.contains("globex");
    }
    assert!(is_seen, "nothing that may be there is there");
    assert!(!format!("{store:?}").contains("redis://"), "{store:?}");
}

#[tokio::test]
async fn what_is_no_tenant_is_asked_for_in_the_registry() {
    let Some(server) = Server::new() else { return };
    let registry = Arc::new(MemoryStore::new());
    let store = RedisStore::over(registry.clone(), server.policy());
    store.create(record("a1", "acme")).await.unwrap();
    let good = server.has("a1").await;
    let mut connection = server.connection().await;
    for damaged in
        ["{", "[]", "{\"id\": \"a1\"}", &good.replace("acme", "Acme"), &good.replace("active", "running")]
    {
        let _: () = connection.hset(server.tenant_key("a1"), "record", damaged).await.unwrap();
        assert_eq!(store.get(&id("a1")).await.unwrap().identifier().as_str(), "acme", "{damaged}");
    }
    assert_eq!(store.stats().failures, 5);
    // A key of another kind, and one that leads to somebody else.
    let _: () = connection.del(server.tenant_key("a1")).await.unwrap();
    let _: () = connection.set(server.tenant_key("a1"), "x").await.unwrap();
    assert!(store.get(&id("a1")).await.is_ok());
    let _: () = connection.del(server.tenant_key("a1")).await.unwrap();
    store.create(record("b1", "globex")).await.unwrap();
    server.has("b1").await;
    let _: () = connection.set(format!("{}:identifier:acme", server.prefix), "b1").await.unwrap();
    assert_eq!(store.get_by_identifier(&slug("acme")).await.unwrap().id().as_str(), "a1");
    let _: () = connection.hset(server.tenant_key("a1"), "record", server.has("b1").await).await.unwrap();
    assert_eq!(store.get(&id("a1")).await.unwrap().identifier().as_str(), "acme");
}

#[tokio::test]
async fn a_renamed_tenant_is_not_found_by_its_old_name() {
    let Some(server) = Server::new() else { return };
    let registry = Arc::new(MemoryStore::new());
    let store = RedisStore::over(registry.clone(), server.policy());
    let acme = store.create(record("a1", "acme")).await.unwrap();
    server.has("a1").await;
    let renamed = TenantRecord { slug: slug("acme-two"), ..acme.to_record() };
    store.update(&Tenant::from_record(renamed).unwrap()).await.unwrap();
    assert!(matches!(store.get_by_identifier(&slug("acme")).await, Err(StoreError::NotFound { .. })));
    assert_eq!(store.get_by_identifier(&slug("acme-two")).await.unwrap().id().as_str(), "a1");
    store.create(record("b1", "acme")).await.unwrap();
    assert_eq!(store.get_by_identifier(&slug("acme")).await.unwrap().id().as_str(), "b1");
}

/// Threat 17.
#[tokio::test]
async fn a_redis_that_is_down_costs_nobody_an_answer() {
    // Nobody listens there: the port was given back.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let registry = Arc::new(MemoryStore::new());
    let policy = RedisPolicy::new(format!("redis://:hunter2@127.0.0.1:{port}/"));
    let store = RedisStore::over(registry.clone(), policy);
    store.create(record("a1", "acme")).await.unwrap();
    let began = Instant::now();
    for _ in 0..1_000 {
        store.get(&id("a1")).await.unwrap();
        store.get_by_identifier(&slug("acme")).await.unwrap();
    }
    println!("2,000 look-ups beside a Redis that is down took {:?}", began.elapsed());
    let stats = store.stats();
    // By id it is asked for in the registry, since Redis could not be told of it.
    assert_eq!((stats.hits, stats.failures + stats.misses, stats.untold), (0, 2_000, 1));
    let refused = store.warm_up().await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    store.set_status(&id("a1"), TenantStatus::Active, TenantStatus::Suspended).await.unwrap();
    assert_eq!(store.get(&id("a1")).await.unwrap().status(), TenantStatus::Suspended);
}

/// The bound that a guide promises: who was not told sees the change when what Redis keeps has become too old.
#[tokio::test]
async fn what_redis_was_not_told_of_is_seen_when_it_is_too_old() {
    let Some(server) = Server::new() else { return };
    let registry = Arc::new(MemoryStore::new());
    let store = RedisStore::over(registry.clone(), server.policy().kept(Duration::from_millis(400)));
    store.create(record("a1", "acme")).await.unwrap();
    store.get(&id("a1")).await.unwrap();
    registry.set_status(&id("a1"), TenantStatus::Active, TenantStatus::Suspended).await.unwrap();
    let took = until("it is seen", async || !store.get(&id("a1")).await.unwrap().is_active()).await;
    println!("a change that Redis was not told of was seen after {took:?}, of 400 ms");
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn what_cannot_work_is_said() {
    let wrong = RedisPolicy::new("http://hunter2@host")
        .prefix("a b")
        .kept(Duration::ZERO)
        .answers_within(Duration::ZERO);
    let problems = wrong.problems();
    assert_eq!(problems.len(), 4, "{problems:?}");
    assert!(problems.iter().all(|problem| !problem.contains("hunter2")), "{problems:?}");
    assert_eq!(RedisPolicy::new("redis://host/").problems(), Vec::<String>::new());
}
