//! Another process of an application: `follower APP_URL TENANT KEPT_MS PREFIX`, with the address of a Redis in
//! `FOLLOWER_REDIS_URL`, or without one. It has the tenant in memory, says `ready`, and then, for every status that it sees, when
//! it saw it first, in µs of the machine's clock. It ends with its input.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a panic and its output are how it tells its test"
)]

use std::io::Read;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tenancy::Isolation;
use tenancy::postgres::Tenancy;
use tenancy::store::{CachePolicy, RedisPolicy};
use tenancy::tenant::TenantId;
use tenancy_tests::schema::TENANT_TABLES;
use tenancy_tests::servers;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [app, tenant, kept, prefix] = arguments.as_slice() else {
        panic!("usage: follower APP_URL TENANT KEPT_MS PREFIX");
    };
    let kept = Duration::from_millis(kept.parse().unwrap());
    let database = url::Url::parse(app).unwrap().path().trim_start_matches('/').to_owned();
    let admin = servers::with_database(&servers::admin(), &database);
    let builder = Tenancy::builder(app).admin_url(admin);
    let builder = builder.isolation(Isolation::Rls).tables(TENANT_TABLES);
    let mut builder = builder.cache(CachePolicy::default().kept(kept).absent(kept));
    if let Ok(url) = std::env::var("FOLLOWER_REDIS_URL") {
        builder = builder.redis(RedisPolicy::new(url).prefix(prefix));
    }
    let tenancy = builder.build().await.unwrap();
    let id = TenantId::try_from(tenant.as_str()).unwrap();
    let mut known = tenancy.store().get(&id).await.unwrap().status();
    // It has heard that it listens by then.
    tokio::time::sleep(Duration::from_millis(500)).await;
    tenancy.store().get(&id).await.unwrap();
    println!("ready");
    let input = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    while !input.is_finished() {
        let status = tenancy.store().get(&id).await.unwrap().status();
        if status != known {
            known = status;
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
            println!("{status} {}", now.as_micros());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
