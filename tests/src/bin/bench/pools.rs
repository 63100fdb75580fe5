//! Thousands of tenants with a database each, and a bound on the connections of all of them together.
//!
//! The tenants' addresses lead to a handful of real databases: to the application each is a database of its own, with a
//! pool of its own.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::future::join_all;
use tenancy::tenant::TenantStatus;
use tenancy::{Isolation, NewTenant, Tenant};
use tenancy_tests::schema::customers;
use tenancy_tests::world::postgres::Database;
use tenancy_tests::world::unique_id;

const TENANTS: usize = 5_000;
/// Databases there really are.
const REAL: usize = 8;
/// Tenants that most requests are for.
const BUSY: usize = 40;
const CLIENTS: usize = 64;
const REQUESTS: usize = 12_000;
/// Connections of the application's own two pools, and all that it may have.
const POOL: u32 = 4;
const BOUND: u32 = 50;

/// Runs the requests and prints what the server and the process say meanwhile.
pub(crate) async fn run() {
    let database = Database::new().await;
    let builder = database.builder(Isolation::Database).pool_size(POOL).max_connections(BOUND);
    let tenancy = builder.pool_wait(Duration::from_secs(30)).build().await.unwrap();
    let mut addresses = Vec::new();
    let mut hosts = Vec::new();
    for _ in 0..REAL {
        let host = Database::new().await;
        let place = host.builder(Isolation::Column).build().await.unwrap();
        place.migrate_tenants().await.unwrap();
        addresses.push(host.app_url());
        hosts.push(host);
    }
    let tenants: Vec<Tenant> = (0..TENANTS)
        .map(|index| {
            let slug = format!("of-{TENANTS}-{index}");
            let new = NewTenant::new(slug.as_str()).unwrap().id(unique_id(&format!("p{index}")));
            let new = new.isolation(Isolation::Database).database_url(addresses[index % REAL].clone().into());
            Tenant::from_record(new.into_record(SystemTime::now().into(), TenantStatus::Active).unwrap())
                .unwrap()
        })
        .collect();

    let (most, done) = (AtomicI64::new(0), AtomicBool::new(false));
    let mut watcher = database.admin().await;
    let names: Vec<&str> = hosts.iter().chain([&database]).map(Database::name).collect();
    let watch = async {
        let mut samples = 0_u32;
        while !AtomicBool::load(&done, Ordering::Acquire) {
            most.fetch_max(connections(&mut watcher, &names).await, Ordering::AcqRel);
            samples += 1;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        samples
    };
    let mut memory = vec![resident()];
    let began = Instant::now();
    let work = async {
        for part in 0..4 {
            let clients = (0..CLIENTS).map(|client| {
                let (tenancy, tenants) = (&tenancy, &tenants);
                async move {
                    let mut state = (part * CLIENTS + client) as u64 + 1;
                    for _ in 0..REQUESTS / 4 / CLIENTS {
                        let tenant = &tenants[pick(&mut state)];
                        let work = async {
                            let mut db = tenancy.db().await.unwrap();
                            let counted: i64 = customers::table.count().get_result(&mut db).await.unwrap();
                            assert_eq!(counted, 0);
                        };
                        tenancy.context(tenant).scope(work).await;
                    }
                }
            });
            join_all(clients).await;
            memory.push(resident());
        }
        done.store(true, Ordering::Release);
    };
    let (samples, ()) = tokio::join!(watch, work);
    let seconds = began.elapsed().as_secs_f64();

    println!();
    println!(
        "{TENANTS} tenants with a database each (addresses of {REAL} real ones), at most {BOUND} connections:"
    );
    println!("{CLIENTS} clients, {REQUESTS} requests, four of five for {BUSY} of the tenants; no error");
    println!("{:>10.0} requests in a second", REQUESTS as f64 / seconds);
    let most = AtomicI64::load(&most, Ordering::Acquire);
    println!("{most:>10} connections of the application at the most, asked of the server {samples} times");
    println!("{memory:>10.1?} MiB of memory before, and after each quarter");
}

/// Four of five are one of the busy ones. A linear congruential generator: the same requests each time.
fn pick(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let drawn = (*state >> 33) as usize;
    if drawn.is_multiple_of(5) { drawn / 5 % TENANTS } else { drawn / 5 % BUSY }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

async fn connections(watcher: &mut AsyncPgConnection, names: &[&str]) -> i64 {
    let query = "SELECT count(*) FROM pg_stat_activity WHERE datname = ANY($1) \
                 AND usename IN ('tenancy_app', 'tenancy_admin') AND pid <> pg_backend_pid()";
    let query = diesel::sql_query(query).bind::<Array<Text>, _>(names);
    query.get_result::<Count>(watcher).await.unwrap().count
}

/// What the process has in memory, in MiB, as Linux tells it; pages of 4 KiB.
fn resident() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: f64 = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(f64::NAN);
    pages * 4.0 / 1024.0
}
