//! What is told at the end.

use std::time::Duration;

use crate::check::Mismatch;
use crate::options::Options;

/// A wrong answer, and where it came.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) place: String,
    pub(crate) tenant: usize,
    /// Its number among the tenant's operations.
    pub(crate) operation: u64,
    pub(crate) mismatch: Mismatch,
}

impl Failure {
    pub(crate) fn tell(&self, options: &Options) {
        let Self { place, tenant, operation, mismatch: Mismatch { what, expected, found } } = self;
        println!("WRONG: {place}, tenant {tenant}, operation {operation}, seed {}", options.seed);
        println!("  operation  {what}");
        println!("  expected   {expected}");
        println!("  found      {found}");
        println!(
            "  again      cargo xtask fuzz 600 --seed {} --place '{place}' --tenants {} --operations {}",
            options.seed,
            options.tenants,
            operation + 50,
        );
    }
}

/// How much one place has done.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) place: String,
    pub(crate) queries: u64,
    pub(crate) busy: u64,
    pub(crate) worked: Duration,
}

/// A line for each place, and one for all.
pub(crate) fn tell(done: &[Done], all: Duration, options: &Options) {
    for Done { place, queries, busy, worked } in done {
        let rate = *queries as f64 / worked.as_secs_f64().max(0.001);
        let seconds = worked.as_secs_f64();
        println!(
            "{place:<20} {queries:>9} queries in {seconds:>6.1} s, {rate:>5.0} a second, {busy} given up as busy"
        );
    }
    let queries: u64 = done.iter().map(|done| done.queries).sum();
    let parts: Vec<_> = done.iter().map(|done| format!("{} {}", done.place, done.queries)).collect();
    println!(
        "fuzz: {queries} queries in {:.0} s, seed {}: {}",
        all.as_secs_f64(),
        options.seed,
        parts.join(", ")
    );
}
