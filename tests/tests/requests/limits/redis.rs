//! What is in Redis, and when.

use std::collections::BTreeSet;
use std::time::Duration;

use redis::AsyncCommands;
use redis::aio::MultiplexedConnection;
use tenancy::limit::{RateLimit, RateLimiter, RedisRateStore};
use tenancy_tests::servers;

use super::{admitted, decide, plain, prefix, shared};

/// Beside the limiter.
pub(super) async fn beside() -> MultiplexedConnection {
    let client = redis::Client::open(servers::redis()).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}

/// The server's clock.
pub(super) async fn server_time(redis: &mut MultiplexedConnection) -> Duration {
    let (seconds, micros): (u64, u32) = redis::cmd("TIME").query_async(redis).await.unwrap();
    Duration::new(seconds, micros * 1_000)
}

#[tokio::test]
async fn time_is_the_servers() {
    let limiter = RateLimiter::builder(shared(&prefix())).limits([RateLimit::per_second(1)]).build().unwrap();
    let (acme, mut redis) = (plain("acme"), beside().await);
    for _ in 0..3 {
        let before = server_time(&mut redis).await;
        let decided = decide(&limiter, &acme).await.decided_at();
        let after = server_time(&mut redis).await;
        assert!(before <= decided && decided <= after, "{before:?} {decided:?} {after:?}");
    }
}

/// Somebody empties the server's scripts, or it has been started again.
#[tokio::test]
async fn a_script_that_is_gone_is_loaded_again() {
    let limiter = RateLimiter::builder(shared(&prefix())).limits([RateLimit::per_minute(5)]).build().unwrap();
    let (acme, mut redis) = (plain("acme"), beside().await);
    for _ in 0..5 {
        let () = redis::cmd("SCRIPT").arg("FLUSH").query_async(&mut redis).await.unwrap();
        assert!(decide(&limiter, &acme).await.is_admitted());
    }
    assert_eq!(admitted(&limiter, &acme, 2).await, [false, false]);
    assert_eq!(limiter.stats().admitted_unasked, 0);
}

/// Detail K12: nothing stays, and each key says whose it is.
#[tokio::test]
async fn keys_are_named_and_go_by_themselves() {
    let prefix = prefix();
    let limits = [RateLimit::per_second(2), RateLimit::per_minute(100)];
    let limiter = RateLimiter::builder(shared(&prefix)).name("api").limits(limits).build().unwrap();
    let (acme, mut redis) = (plain("acme"), beside().await);
    admitted(&limiter, &acme, 5).await;
    let keys: BTreeSet<String> = redis.keys(format!("{prefix}*")).await.unwrap();
    let named = ["1", "60"].map(|seconds| format!("{prefix}:{{{}}}:api:{seconds}", acme.id()));
    assert_eq!(keys, BTreeSet::from(named.clone()));
    for (key, most) in named.iter().zip([2_000, 61_000]) {
        let left: i64 = redis.pttl(key).await.unwrap();
        assert!(left > 0 && left <= most, "{key}: {left}");
    }
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    let gone: bool = redis.exists(&named[0]).await.unwrap();
    assert!(!gone);
}

/// What one key takes, of a limit whose requests have each a time, and of a large one.
#[tokio::test]
async fn memory_is_bounded() {
    let mut redis = beside().await;
    for (requests, rounds) in [(1_000, 1_100), (100_000, 6_000)] {
        let prefix = prefix();
        let limits = [RateLimit::per_second(requests)];
        let limiter = RateLimiter::builder(shared(&prefix)).limits(limits).build().unwrap();
        let acme = plain("acme");
        let (mut most_bytes, mut most_entries, key) = (0, 0, format!("{prefix}:{{{}}}:default:1", acme.id()));
        for round in 0..rounds {
            decide(&limiter, &acme).await;
            if round % 50 == 0 {
                let bytes: Option<usize> = redis::cmd("MEMORY")
                    .arg("USAGE")
                    .arg(&key)
                    .arg("SAMPLES")
                    .arg(0)
                    .query_async(&mut redis)
                    .await
                    .unwrap();
                let length: usize = redis.llen(&key).await.unwrap();
                most_bytes = most_bytes.max(bytes.unwrap_or(0));
                most_entries = most_entries.max(length / 2);
            }
        }
        println!("{requests} per second: {most_entries} entries and {most_bytes} bytes at most");
        assert!(most_entries <= 1_002 && most_bytes <= 32 * 1_024, "{most_entries} {most_bytes}");
    }
}

/// A server whose clock is set back, as far as a list can tell: its last request is ahead. Time goes on from there, so that
/// neither the limit is passed nor the tenant shut out.
#[tokio::test]
async fn a_server_whose_clock_is_set_back_goes_on_counting() {
    let prefix = prefix();
    let limiter = RateLimiter::builder(shared(&prefix)).limits([RateLimit::per_second(3)]).build().unwrap();
    let (acme, mut redis) = (plain("acme"), beside().await);
    let key = format!("{prefix}:{{{}}}:default:1", acme.id());
    let ahead = server_time(&mut redis).await + Duration::from_secs(3_600);
    let list = [1, ahead.as_micros(), 1, 0];
    let () = redis.rpush(&key, list.map(|number| number.to_string()).as_slice()).await.unwrap();
    let began = tokio::time::Instant::now();
    assert_eq!(admitted(&limiter, &acme, 4).await, [true, true, false, false]);
    assert!(began.elapsed() < Duration::from_secs(1), "too slow a machine to tell");
    let wait = decide(&limiter, &acme).await.retry_after().unwrap();
    assert!(wait <= Duration::from_secs(1), "{wait:?}");
    tokio::time::sleep(wait + Duration::from_millis(1)).await;
    assert!(decide(&limiter, &acme).await.is_admitted());
    tokio::time::sleep(Duration::from_millis(1_050)).await;
    assert_eq!(admitted(&limiter, &acme, 3).await, [true; 3]);
}

/// And where none is left: the tenant is let in again when its window is over, and not when the clock is where it was.
#[tokio::test]
async fn a_server_whose_clock_is_set_back_shuts_nobody_out() {
    let prefix = prefix();
    let limiter = RateLimiter::builder(shared(&prefix)).limits([RateLimit::per_second(1)]).build().unwrap();
    let (acme, mut redis) = (plain("acme"), beside().await);
    let key = format!("{prefix}:{{{}}}:default:1", acme.id());
    let ahead = server_time(&mut redis).await + Duration::from_secs(3_600);
    let list = [1, ahead.as_micros(), 1, 0];
    let () = redis.rpush(&key, list.map(|number| number.to_string()).as_slice()).await.unwrap();
    assert_eq!(admitted(&limiter, &acme, 1).await, [false]);
    tokio::time::sleep(Duration::from_millis(1_050)).await;
    assert_eq!(admitted(&limiter, &acme, 1).await, [true]);
}

/// Whatever else is under a key is an error, and no limit of nothing.
#[tokio::test]
async fn what_is_no_list_is_an_error() {
    let prefix = prefix();
    let limiter = RateLimiter::builder(shared(&prefix))
        .limits([RateLimit::per_second(3)])
        .when_unavailable(tenancy::limit::FailMode::Closed)
        .build()
        .unwrap();
    let (acme, mut redis) = (plain("acme"), beside().await);
    let key = format!("{prefix}:{{{}}}:default:1", acme.id());
    let () = redis.set_ex(&key, "hunter2", 60).await.unwrap();
    let error = limiter.check(&acme).await.unwrap_err().to_string();
    assert!(error.starts_with("the rate limits cannot be counted") && !error.contains("hunter2"), "{error}");
    let () = redis.del(&key).await.unwrap();
    let () = redis.rpush(&key, &["a", "b", "c", "d"]).await.unwrap();
    assert!(limiter.check(&acme).await.is_err());
    let () = redis.del(&key).await.unwrap();
    assert!(limiter.check(&acme).await.is_ok(), "an error of the script is no reason to leave Redis alone");
}

#[tokio::test]
async fn a_ping_runs_the_script() {
    shared("x").ping().await.unwrap();
    let mut url = url::Url::parse(&servers::redis()).unwrap();
    url.set_password(Some("hunter2")).unwrap();
    let store = RedisRateStore::new(url.as_str()).unwrap();
    let error = store.ping().await.unwrap_err().to_string();
    assert!(!error.contains("hunter2"), "{error}");
    assert!(!format!("{store:?}").contains("hunter2"));
    for bad in ["", "hunter2", "http://user:hunter2@host", "redis://user:hunter2@host:port/"] {
        let error = RedisRateStore::new(bad).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}
