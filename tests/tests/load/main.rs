//! Many tenants' clients at a time through few connections, over HTTP: no foreign row, no lost write, no
//! connection left in a transaction.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::await_holding_refcell_ref, reason = "one task holds it, when no other is left")]
#![allow(clippy::print_stdout, reason = "the seed, and how fast it was, are for whoever reads the output")]

mod app;
mod client;
mod http;
mod model;
mod place;
mod server;

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tenancy::Isolation;

use client::{Client, Run};
use http::Http;
use place::Place;
use server::Server;

const TENANTS: usize = 50;
const CLIENTS: usize = 64;
const REQUESTS: usize = 20_000;
/// Bursts of requests that are given up, after all the others.
const BURSTS: usize = 10;
/// The application's connections to PostgreSQL.
const CONNECTIONS: u32 = 4;
/// The seed of the clients' choices. When requests meet is chance all the same.
const SEED: &str = "TENANCY_TEST_SEED";
/// Longer than everything together takes on a slow machine: a hang is a failure, and not for ever.
const LIMIT: Duration = Duration::from_secs(600);

#[actix_web::test]
async fn rls() {
    tokio::time::timeout(LIMIT, under(Isolation::Rls)).await.expect("the run hangs");
}

#[actix_web::test]
async fn schema() {
    tokio::time::timeout(LIMIT, under(Isolation::Schema)).await.expect("the run hangs");
}

async fn under(isolation: Isolation) {
    let seed = std::env::var(SEED).map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("{isolation}: {SEED}={seed}");

    let began = Instant::now();
    let place = Place::new(isolation).await;
    println!("{isolation}: {TENANTS} tenants of {} rows in {:.1?}", model::ROWS, began.elapsed());
    let server = Server::start(&place.tenancy);
    let run = Run::new(&place.tenants, REQUESTS);

    let began = Instant::now();
    let http = Http::new(server.base(), CLIENTS);
    let client = |index: usize| {
        let random = fastrand::Rng::with_seed(seed.wrapping_add(index as u64));
        Client { http: http.clone(), run: &run, random }
    };
    join_all((0..CLIENTS).map(|index| client(index).work())).await;
    let seconds = began.elapsed().as_secs_f64();
    println!("{isolation}: {REQUESTS} requests in {seconds:.1} s: {:.0} a second", REQUESTS as f64 / seconds);
    println!("{isolation}: {:?}; {} handlers dropped", run.answered.borrow(), server.dropped());

    run.is_right();
    assert_eq!(run.answered.borrow().values().sum::<usize>(), REQUESTS);
    assert!(server.dropped() > 0, "no handler was given up, so nothing is known of those that are");
    place.is_at_rest().await;

    // What a request leaves on a connection, the next one on it may clear away. Here none follows.
    for burst in 0..BURSTS {
        join_all((0..CLIENTS / 2).map(|index| client(REQUESTS + burst * CLIENTS + index).give_up())).await;
        place.is_at_rest().await;
    }
    run.is_right();

    let mut admin = place.admin().await;
    for model in &run.models {
        place.holds(&mut admin, &model.borrow()).await;
    }
    place.holds_nothing_else(&mut admin).await;

    // Every connection of the pool still serves: more requests at a time than there are.
    for round in 0..4 {
        let answers = join_all(run.models.iter().map(async |model| {
            let tenant = model.borrow().tenant.identifier().to_string();
            http.get(&tenant, &format!("/orders/{}", round + 1)).await.json::<app::Order>().unwrap()
        }));
        for (model, order) in run.models.iter().zip(answers.await) {
            assert_eq!(order.tenant_id, model.borrow().tenant.id().as_str());
        }
    }
    // It is these that the assertion has looked at.
    assert!(place.is_at_rest().await > 0);
    drop(http);
    server.stop().await;
}
