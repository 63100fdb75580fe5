//! Threat 16: another process hears of a suspension, and without a Redis sees it when what it keeps is too old.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tenancy::Isolation;
use tenancy::store::{CachePolicy, RedisPolicy};
use tenancy_tests::servers;
use tenancy_tests::world::postgres::Database;
use tenancy_tests::world::{register, unique_id};

/// The process that follows.
struct Follower {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Follower {
    fn start(app: &str, tenant: &str, kept: Duration, prefix: &str, redis: Option<String>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_follower"));
        command.args([app, tenant, &kept.as_millis().to_string(), prefix]).env_remove("FOLLOWER_REDIS_URL");
        if let Some(url) = redis {
            command.env("FOLLOWER_REDIS_URL", url);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let mut follower = Self { child, input, output };
        assert_eq!(follower.line(), "ready");
        follower
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.input.take();
        let _ = self.child.wait();
    }
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}

/// How long after it began each of several changes of the status was seen by the other process.
async fn seen(kept: Duration, with_redis: bool, changes: usize) -> Vec<Duration> {
    let (database, prefix) = (Database::new().await, unique_id("registry").to_string());
    let redis = with_redis.then(servers::redis);
    let mut builder = database.builder(Isolation::Rls).cache(CachePolicy::default().kept(kept));
    if let Some(url) = &redis {
        builder = builder.redis(RedisPolicy::new(url).prefix(&prefix));
    }
    let tenancy = builder.build().await.unwrap();
    tenancy.migrate_tenants().await.unwrap();
    let acme = register(&tenancy, "acme").await;
    let (app, id) = (database.app_url(), acme.id().to_string());
    let mut follower =
        tokio::task::spawn_blocking(move || Follower::start(&app, &id, kept, &prefix, redis)).await.unwrap();
    let mut seen = Vec::new();
    for change in 0..changes {
        let began = now();
        let expected = if change % 2 == 0 {
            tenancy.suspend_tenant(acme.id()).await.unwrap();
            "suspended"
        } else {
            tenancy.activate_tenant(acme.id()).await.unwrap();
            "active"
        };
        let line;
        (follower, line) = tokio::task::spawn_blocking(move || {
            let line = follower.line();
            (follower, line)
        })
        .await
        .unwrap();
        let (status, at) = line.split_once(' ').unwrap();
        assert_eq!(status, expected);
        seen.push(Duration::from_micros(at.parse().unwrap()).saturating_sub(began));
    }
    seen.sort();
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_hears_of_a_suspension() {
    // Longer than the test takes: what it sees it has heard of.
    let seen = seen(Duration::from_secs(3600), true, 40).await;
    println!("with a Redis: half of the changes seen after {:?}, all after {:?}", seen[20], seen[39]);
    // On a quiet machine all are far below 100 ms; a test must not fail on a busy one.
    assert!(seen[39] < Duration::from_secs(5), "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_a_suspension_is_seen_when_what_is_kept_is_too_old() {
    let kept = Duration::from_secs(1);
    let seen = seen(kept, false, 6).await;
    println!("without a Redis, and tenants kept for {kept:?}: changes seen after {:?} at most", seen[5]);
    assert!(seen[5] < kept + Duration::from_secs(4), "{seen:?}");
}
