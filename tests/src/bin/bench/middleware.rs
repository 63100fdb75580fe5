//! What the middleware costs, and what its refusals tell by the time they take.

use std::time::Instant;

use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, HttpServer, web};
use tempfile::TempDir;
use tenancy::store::MemoryStore;
use tenancy::{Isolation, Supported, Tenancy};
use tenancy_tests::world;
use tenancy_tests::world::postgres::Database;

use super::compare::quantile;

/// Requests of one side at a time, and how often each side has its turn.
const REQUESTS: usize = 2_000;
const WARM_UP: usize = 5;
const ROUNDS: usize = 60;

/// Refusals of each kind.
const REFUSALS: usize = 2_000;

/// Prints what a request takes with the middleware and without it, inside the process, and what its refusals take.
pub(crate) fn run() {
    actix_web::rt::System::new().block_on(async {
        added().await;
        refusals().await;
    });
}

async fn answer() -> &'static str {
    "answer"
}

async fn added() {
    let directory = tempfile::tempdir().unwrap();
    let builder = world::sqlite::builder(&directory, Isolation::Column).store(MemoryStore::new());
    let tenancy = builder.build().await.unwrap();
    world::register(&tenancy, "acme").await;
    let plain = init_service(App::new().route("/", web::get().to(answer))).await;
    let ours = init_service(App::new().wrap(tenancy.middleware()).route("/", web::get().to(answer))).await;
    macro_rules! time {
        ($app:expr) => {{
            let began = Instant::now();
            for _ in 0..REQUESTS {
                let request = TestRequest::get().uri("/").insert_header(("X-Tenant-ID", "acme"));
                assert!(call_service($app, request.to_request()).await.status().is_success());
            }
            began.elapsed().as_secs_f64() * 1e6 / REQUESTS as f64
        }};
    }
    let (mut without, mut with, mut added) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..WARM_UP + ROUNDS {
        let first = time!(&plain);
        let second = (time!(&ours) + time!(&ours)) / 2.0;
        let first = (first + time!(&plain)) / 2.0;
        if round >= WARM_UP {
            without.push(first);
            with.push(second);
            added.push(second - first);
        }
    }
    println!();
    println!(
        "a request inside the process, on one thread that does nothing else; the tenant is kept in memory. µs:"
    );
    println!("{:<34} {:>8.2}", "without the middleware", quantile(&mut without, 0.5));
    println!("{:<34} {:>8.2}", "with it", quantile(&mut with, 0.5));
    let (median, high) = (quantile(&mut added, 0.5), quantile(&mut added, 0.9));
    println!("{:<34} {median:>8.2}   9 of 10 rounds below {high:.2}", "difference, paired");
}

async fn refusals() {
    println!();
    println!("{REFUSALS} refusals of each kind over HTTP, in turn, with the registry in a database. µs:");
    println!("{:<34} {:>9} {:>9} {:>9} {:>14}", "", "unknown", "malformed", "suspended", "of the medians");
    let directory: TempDir = tempfile::tempdir().unwrap();
    let sqlite = world::sqlite::builder(&directory, Isolation::Column).build().await.unwrap();
    times("SQLite", &sqlite).await;
    let database = Database::new().await;
    times("PostgreSQL", &database.builder(Isolation::Column).build().await.unwrap()).await;
}

async fn times<B: Supported>(label: &str, tenancy: &Tenancy<B>) {
    let tenant = world::register(tenancy, "suspended-one").await;
    tenancy.suspend_tenant(tenant.id()).await.unwrap();
    let served = tenancy.clone();
    let server =
        HttpServer::new(move || App::new().wrap(served.middleware()).route("/", web::get().to(answer)));
    let server = server.workers(1).bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}/", server.addrs()[0]);
    actix_web::rt::spawn(server.run());
    let client = awc::Client::default();
    let mut times = [const { Vec::new() }; 3];
    for turn in 0..REFUSALS {
        let unknown = format!("unknown-{turn}");
        for (name, times) in [&*unknown, "No Identifier", "suspended-one"].into_iter().zip(&mut times) {
            let began = Instant::now();
            let answer = client.get(&url).insert_header(("X-Tenant-ID", name)).send().await.unwrap();
            times.push(began.elapsed().as_secs_f64() * 1e6);
            assert_eq!(answer.status().as_u16(), 404);
        }
    }
    let medians = times.map(|mut times: Vec<f64>| quantile(&mut times, 0.5));
    let [unknown, malformed, suspended] = medians;
    let ratio =
        medians.iter().copied().fold(0.0, f64::max) / medians.iter().copied().fold(f64::MAX, f64::min);
    println!("{label:<34} {unknown:>9.1} {malformed:>9.1} {suspended:>9.1} {ratio:>14.3}");
}
