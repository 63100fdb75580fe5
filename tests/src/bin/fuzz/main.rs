//! `cargo xtask fuzz`: random operations of many tenants on few connections, compared with a model that
//! holds each tenant's rows apart.
//!
//! `generate/` makes operations out of a seed, as the plain data of `plan/`; `model/` says what each has to
//! answer; `sql/` runs them through tenancy, compiled once for each backend. Every value collides with other
//! tenants' on purpose, but for the marks: a mark that is not the tenant's own is a leak, whatever the model
//! says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a fuzzer fails by panicking")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "what it finds is what it is for")]
#![allow(clippy::duplicate_mod, reason = "the same operations against other types are what it is")]

mod check;
mod generate;
mod model;
mod options;
mod places;
mod plan;
mod postgres;
mod report;
mod schema;
mod sqlite;
mod value;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use options::Options;
use places::AnyPlace;
use report::Failure;

/// Connections of each pool; fewer than tenants.
const CONNECTIONS: u32 = 3;
/// On a busy machine, waiting for a connection is no failure.
const WAIT: Duration = Duration::from_secs(120);
/// How long the tenants of one place work before the next place has its turn.
const TURN: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() -> ExitCode {
    if std::env::args().any(|argument| argument == "--help" || argument == "-h") {
        print!("{}", options::USAGE);
        return ExitCode::SUCCESS;
    }
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("fuzz: {problem}\n\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    println!("seed {}, {} tenants, {CONNECTIONS} connections of each pool", options.seed, options.tenants);
    let began = Instant::now();
    let mut places = Vec::new();
    let failure = run(&options, &mut places).await;
    let done: Vec<_> = places.iter().map(AnyPlace::done).collect();
    if let Some(failure) = &failure {
        failure.tell(&options);
    }
    report::tell(&done, began.elapsed(), &options);
    if failure.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Each place in turn, until time is up or something is wrong. A place is made when its first turn comes.
async fn run(options: &Options, places: &mut Vec<AnyPlace>) -> Option<Failure> {
    let end = Instant::now() + options.time;
    for kind in places::all().into_iter().filter(|kind| options.wants(&kind.name())) {
        let mut place = kind.make(options).await;
        let failure = place.work(TURN).await;
        places.push(place);
        if failure.is_some() {
            return failure;
        }
    }
    assert!(!places.is_empty(), "no place has this name: {:?}", options.place);
    loop {
        for place in &mut *places {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            let failure = place.work(TURN.min(left)).await;
            if failure.is_some() {
                return failure;
            }
        }
        let all_done = places.iter().all(AnyPlace::is_done);
        if all_done {
            return None;
        }
    }
}
