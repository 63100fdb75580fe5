//! `cargo xtask fuzz heads`: millions of requests of any bytes, through every resolver. What a resolver owes each of them
//! is in `tenancy_tests::heads`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "what it finds is what it is for")]

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use tenancy_tests::heads::random::Heads;
use tenancy_tests::heads::{Head, Outcome, drive, resolvers, words};

const USAGE: &str = "usage: cargo xtask fuzz heads [MILLIONS] [SEED]\n";

/// Answers by what they are, with their number.
type Counts = BTreeMap<String, u64>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((heads, seed)) = read(&arguments) else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    let tables = match words::of_the_tables() {
        Ok(tables) => tables,
        Err(error) => {
            eprintln!("heads: the tables of the resolvers' tests cannot be read: {error}");
            return ExitCode::from(2);
        }
    };
    let threads = thread::available_parallelism().map_or(1, |threads| threads.get() as u64);
    println!("seed {seed}, {} words of the tables, {threads} threads", tables.len());
    let began = Instant::now();
    let results: Vec<Result<Counts, String>> = thread::scope(|scope| {
        let share = |index| heads / threads + u64::from(index < heads % threads);
        let run = |index: u64| {
            let (tables, share) = (&tables, share(index));
            scope.spawn(move || run(seed.wrapping_add(index), share, tables))
        };
        let running: Vec<_> = (0..threads).map(run).collect();
        running
            .into_iter()
            .map(|one| one.join().unwrap_or_else(|_| Err("a thread panicked".to_owned())))
            .collect()
    });
    let mut counts = Counts::new();
    for result in results {
        match result {
            Ok(part) => part.into_iter().for_each(|(name, count)| *counts.entry(name).or_default() += count),
            Err(problem) => {
                eprintln!("heads: {problem}");
                return ExitCode::FAILURE;
            }
        }
    }
    tell(heads, &counts, began.elapsed().as_secs_f64());
    ExitCode::SUCCESS
}

fn read(arguments: &[String]) -> Option<(u64, u64)> {
    let (millions, seed) = match arguments {
        [] => (10.0, None),
        [millions] => (millions.parse::<f64>().ok()?, None),
        [millions, seed] => (millions.parse().ok()?, Some(seed.parse().ok()?)),
        _ => return None,
    };
    let is_count = millions > 0.0 && millions < 1e6;
    is_count.then(|| ((millions * 1e6) as u64, seed.unwrap_or_else(|| fastrand::u64(..))))
}

/// Drives every resolver with each head.
fn run(seed: u64, heads: u64, tables: &[Vec<u8>]) -> Result<Counts, String> {
    let resolvers = resolvers();
    let mut made = Heads::new(seed, tables);
    let (mut found, mut nothing) = (0, 0);
    let mut refused: BTreeMap<&'static str, u64> = BTreeMap::new();
    for number in 0..heads {
        let bytes = made.make();
        let head = Head::from_bytes(&bytes);
        for (index, resolver) in resolvers.iter().enumerate() {
            match catch_unwind(AssertUnwindSafe(|| drive(&**resolver, &head))) {
                Ok(Outcome::Found) => found += 1,
                Ok(Outcome::Nothing) => nothing += 1,
                Ok(Outcome::Refused(code)) => *refused.entry(code).or_default() += 1,
                Err(_) => {
                    return Err(format!("head {number} of seed {seed}, resolver {index}: {head:?}"));
                }
            }
        }
    }
    let own = [("found".to_owned(), found), ("nothing".to_owned(), nothing)];
    Ok(own.into_iter().chain(refused.into_iter().map(|(code, count)| (code.to_owned(), count))).collect())
}

fn tell(heads: u64, counts: &Counts, seconds: f64) {
    for (name, count) in counts {
        println!("{count:>12}  {name}");
    }
    let answers: u64 = counts.values().sum();
    println!("{heads} heads, {answers} answers, no panic, in {seconds:.0} s");
}
