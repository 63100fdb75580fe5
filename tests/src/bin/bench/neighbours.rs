//! What a tenant that takes all it may have changes for another one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use diesel::sql_types::Double;
use diesel_async::RunQueryDsl;
use futures_util::future::join_all;
use tenancy::{Isolation, Tenant};
use tenancy_tests::world::postgres::Database;
use tenancy_tests::world::register;

use super::queries::{self, Order};

const POOL: u32 = 8;
/// Requests of the noisy tenant at a time: more than it may have connections, and fewer than may wait.
const NOISE: usize = 80;
/// How long each of them holds its connection, in seconds. The server sleeps: what is measured is waiting for
/// connections, not for one of two processors.
const HOLD: f64 = 0.02;
const REQUESTS: usize = 400;

#[diesel::declare_sql_function]
extern "SQL" {
    fn pg_sleep(seconds: Double) -> diesel::sql_types::Bool;
}

/// Prints the quiet tenant's median alone, beside the noisy one, and beside the noisy one without shares.
pub(crate) async fn run() {
    println!();
    println!(
        "a tenant that reads one row at a time, beside one with {NOISE} requests under way that hold a connection"
    );
    println!(
        "for {:.0} ms each, from one pool of {POOL}; medians of {REQUESTS} requests in µs, the pool included:",
        HOLD * 1e3
    );
    let alone = quiet(POOL / 4 * 3, 0).await;
    let shared = quiet(POOL / 4 * 3, NOISE).await;
    let unbounded = quiet(POOL, NOISE).await;
    println!("{alone:>10.1} alone");
    println!(
        "{shared:>10.1} beside it, with the default share of {}; ratio {:.3}",
        POOL / 4 * 3,
        shared / alone
    );
    println!("{unbounded:>10.1} beside it, if it could have all {POOL}; ratio {:.3}", unbounded / alone);
}

async fn quiet(share: u32, noise: usize) -> f64 {
    let database = Database::new().await;
    let builder = database.builder(Isolation::Column).pool_size(POOL).tenant_connections(share);
    let tenancy = builder.pool_wait(Duration::from_secs(30)).build().await.unwrap();
    tenancy.migrate_tenants().await.unwrap();
    let (quiet, noisy) = (register(&tenancy, "quiet").await, register(&tenancy, "noisy").await);
    fill(&database, &quiet).await;

    let done = AtomicBool::new(false);
    let noise = join_all((0..noise).map(|_| {
        let (tenancy, done) = (&tenancy, &done);
        tenancy.context(&noisy).scope(async move {
            while !AtomicBool::load(done, Ordering::Acquire) {
                let mut db = tenancy.db().await.unwrap();
                diesel::select(pg_sleep(HOLD)).execute(&mut db).await.unwrap();
            }
        })
    }));
    let work = async {
        let mut times = Vec::with_capacity(REQUESTS);
        for request in 0..REQUESTS + REQUESTS / 4 {
            let began = Instant::now();
            let read = async {
                let mut db = tenancy.db().await.unwrap();
                let _: Order = queries::point(1).get_result(&mut db).await.unwrap();
            };
            tenancy.context(&quiet).scope(read).await;
            // The first of them open connections and prepare the statement.
            if request >= REQUESTS / 4 {
                times.push(began.elapsed().as_secs_f64() * 1e6);
            }
        }
        done.store(true, Ordering::Release);
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    tokio::join!(work, noise).0
}

async fn fill(database: &Database, tenant: &Tenant) {
    let id = tenant.id();
    let rows = format!(
        "INSERT INTO customers (tenant_id, id, name) VALUES ('{id}', 1, 'customer');
         INSERT INTO orders (tenant_id, id, customer_id, title, amount) VALUES ('{id}', 1, 1, 'order', 1)"
    );
    database.execute_as_admin(&rows).await;
}
