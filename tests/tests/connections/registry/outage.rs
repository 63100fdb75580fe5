//! Threat 17: Redis is killed and started again while tenants are looked for and changed.

use std::collections::HashMap;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tenancy::NewTenant;
use tenancy::store::{CachePolicy, CachedStore, MemoryStore, RedisPolicy, RedisStore, TenantStore};
use tenancy::tenant::{TenantId, TenantStatus};
use tokio::sync::Mutex;

const TENANTS: usize = 50;
/// In the process, and in Redis.
const KEPT: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(300));
/// By how much a busy machine may be late.
const SLACK: Duration = Duration::from_secs(2);

/// A server of this test's own, which can be killed.
struct Server {
    port: u16,
    directory: TempDir,
    child: Option<Child>,
}

impl Server {
    fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = Self { port, directory: TempDir::new().unwrap(), child: None };
        server.begin();
        server
    }

    fn begin(&mut self) {
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--port", &self.port.to_string()]);
        command.args(["--save", "", "--appendonly", "no", "--dir"]).arg(self.directory.path());
        self.child = Some(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    }

    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// When each version of each tenant was there.
type Versions = Arc<Mutex<HashMap<(TenantId, u64), Instant>>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_is_killed_and_started_again_gives_no_error_and_no_wrong_answer() {
    let mut server = Server::start();
    let registry = RedisStore::new(MemoryStore::new(), RedisPolicy::new(server.url()).kept(KEPT.1));
    // Two processes' memories in front of one Redis.
    let process = || CachedStore::new(registry.clone(), CachePolicy::default().kept(KEPT.0).absent(KEPT.0));
    let (here, there) = (process(), process());
    let versions = Versions::default();
    let mut ids = Vec::new();
    for n in 0..TENANTS {
        let new = NewTenant::new(format!("tenant-{n}")).unwrap();
        let tenant =
            here.create(new.into_record(chrono::Utc::now(), TenantStatus::Active).unwrap()).await.unwrap();
        versions.lock().await.insert((tenant.id().clone(), 1), Instant::now());
        ids.push(tenant.id().clone());
    }
    let is_over = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn(write(here.clone(), ids.clone(), versions.clone(), is_over.clone()));
    let readers: Vec<_> = (0..4)
        .map(|seed| tokio::spawn(read(there.clone(), ids.clone(), versions.clone(), is_over.clone(), seed)))
        .collect();
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(700)).await;
        server.kill();
        tokio::time::sleep(Duration::from_millis(700)).await;
        server.begin();
    }
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    is_over.store(true, Ordering::SeqCst);
    let written = writer.await.unwrap();
    let mut times = Vec::new();
    for reader in readers {
        times.extend(reader.await.unwrap());
    }
    let stats = registry.stats();
    assert!(
        stats.hits > 100 && stats.failures > 0 && stats.untold > 0 && written > 100,
        "{stats:?}, {written}"
    );
    times.sort();
    let at = |part: usize| times[(times.len() - 1) * part / 1_000];
    println!(
        "{} look-ups and {written} changes while Redis was killed three times: no error; half of the look-ups took {:?} at \
         most, 99 of 100 {:?}, 999 of 1,000 {:?}, all {:?}",
        times.len(),
        at(500),
        at(990),
        at(999),
        at(1_000)
    );
}

/// Changes one tenant after the other, and sees its own changes at once.
async fn write(
    store: CachedStore,
    ids: Vec<TenantId>,
    versions: Versions,
    is_over: Arc<AtomicBool>,
) -> usize {
    let mut written = 0;
    while !is_over.load(Ordering::SeqCst) {
        let id = &ids[written * 7 % ids.len()];
        let changed = store.merge_metadata(id, serde_json::Map::new()).await.unwrap();
        versions.lock().await.insert((id.clone(), changed.version()), Instant::now());
        assert_eq!(store.get(id).await.unwrap().version(), changed.version());
        written += 1;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    written
}

/// Looks for tenants; none may be older than what is kept may be.
async fn read(
    store: CachedStore,
    ids: Vec<TenantId>,
    versions: Versions,
    is_over: Arc<AtomicBool>,
    seed: usize,
) -> Vec<Duration> {
    let (mut times, mut turn) = (Vec::new(), seed);
    while !is_over.load(Ordering::SeqCst) {
        turn += 1;
        let id = &ids[turn * 13 % ids.len()];
        let began = Instant::now();
        let read = store.get(id).await.unwrap();
        times.push(began.elapsed());
        assert_eq!(read.id(), id);
        // The next version, if there is one, is not older than what may be kept.
        let next = versions.lock().await.get(&(id.clone(), read.version() + 1)).copied();
        if let Some(next) = next {
            let late = began.saturating_duration_since(next);
            assert!(
                late < KEPT.0 + KEPT.1 + SLACK,
                "version {} was read {late:?} after the next",
                read.version()
            );
        }
        tokio::task::yield_now().await;
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
    times
}
