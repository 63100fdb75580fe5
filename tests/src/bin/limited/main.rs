//! One of several processes that share a tenant's rate limit: `limited TENANT PREFIX LIMIT LOAD SECONDS`, with the address of
//! the Redis in its environment. It says `ready`, waits until its input ends, and asks `LOAD` times a second whether
//! the tenant may have one more of `LIMIT` in a second. At the end it says when, by Redis' clock, each was admitted, and
//! how many were not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a panic and its output are how it tells its test"
)]

use std::io::Read;
use std::time::Duration;

use tenancy::limit::{FailMode, RateLimit, RateLimitError, RateLimiter, RedisRateStore};
use tenancy::tenant::TenantStatus;
use tenancy::{NewTenant, Tenant};
use tokio::time::{Instant, sleep_until};

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [tenant, prefix, limit, load, seconds] = arguments.as_slice() else {
        panic!("usage: limited TENANT PREFIX LIMIT LOAD SECONDS");
    };
    let url = std::env::var("LIMITED_REDIS_URL").expect("LIMITED_REDIS_URL is not set");
    let (load, seconds): (u32, u32) = (load.parse().unwrap(), seconds.parse().unwrap());
    // Patient and closed: who cannot be counted would be in nobody's list.
    let store = RedisRateStore::new(url).unwrap().prefix(prefix).answers_within(Duration::from_secs(30));
    let limiter = RateLimiter::builder(store)
        .limits([RateLimit::per_second(limit.parse().unwrap())])
        .when_unavailable(FailMode::Closed)
        .build()
        .unwrap();
    let new = NewTenant::new("acme").unwrap().id(tenant.as_str().try_into().unwrap());
    let record = new.into_record(chrono::DateTime::UNIX_EPOCH, TenantStatus::Active).unwrap();
    let tenant = Tenant::from_record(record).unwrap();

    println!("ready");
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await.unwrap().unwrap();
    let (began, mut asked) = (Instant::now(), Vec::new());
    for request in 0..load * seconds {
        // At its time, however long the others take.
        sleep_until(began + Duration::from_secs(1) * request / load).await;
        let (limiter, tenant) = (limiter.clone(), tenant.clone());
        asked.push(tokio::spawn(async move { limiter.check(&tenant).await }));
    }
    let mut refused = 0;
    for request in asked {
        match request.await.unwrap() {
            Ok(decision) => println!("admitted {}", decision.decided_at().as_micros()),
            Err(RateLimitError::Exceeded(_)) => refused += 1,
            Err(error) => panic!("{error}"),
        }
    }
    println!("refused {refused}");
}
