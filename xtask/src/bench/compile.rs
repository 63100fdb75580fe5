//! `cargo xtask bench compile`: how much longer a crate of tables takes to compile when the tables are
//! tenants'.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use super::crates::{Crates, Side, TABLES};
use crate::error::{Result, Stop};
use crate::process::{self, Interrupts};

/// Pairs that count; one before them does not.
const PAIRS: usize = 9;

/// Compiles both crates in turn, so that what slows the machine down slows both, and prints the times.
/// Nothing is judged: the exit code is 0 whatever they are.
///
/// # Errors
/// When a crate cannot be written or does not compile.
pub(super) fn run(repository: &Path, interrupts: &Interrupts) -> Result<ExitCode> {
    let crates = Crates::write(repository)?;
    println!("building what both crates depend on");
    for side in Side::BOTH {
        check(&crates, side, interrupts)?;
    }
    println!("{TABLES} tables of 12 columns, {PAIRS} pairs of `cargo check` of that crate alone, in seconds");
    let (mut diesel, mut tenancy, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    println!("{:<8}{:>14}{:>10}{:>8}", "", "diesel::table!", "tenancy's", "ratio");
    for pair in 0..=PAIRS {
        // A B, then B A: a drift meets both alike.
        let order = if pair % 2 == 0 { Side::BOTH } else { [Side::Tenancy, Side::Diesel] };
        let (mut ours, mut theirs) = (Duration::ZERO, Duration::ZERO);
        for side in order {
            crates.touch(side)?;
            let time = check(&crates, side, interrupts)?;
            match side {
                Side::Diesel => theirs = time,
                Side::Tenancy => ours = time,
            }
        }
        if pair > 0 {
            let (theirs, ours) = (theirs.as_secs_f64(), ours.as_secs_f64());
            println!("{:<8}{}", format!("pair {pair}"), line(theirs, ours, ours / theirs));
            diesel.push(theirs);
            tenancy.push(ours);
            ratios.push(ours / theirs);
        }
    }
    let medians = [&mut diesel, &mut tenancy, &mut ratios].map(|values| median(values));
    println!("median  {}", line(medians[0], medians[1], medians[2]));
    Ok(ExitCode::SUCCESS)
}

/// One crate, whose dependencies are there.
fn check(crates: &Crates, side: Side, interrupts: &Interrupts) -> Result<Duration> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    crate::commands::without_our_package(&mut command);
    command
        .current_dir(crates.root())
        .args(["check", "--quiet", "--package", side.package()])
        .arg("--target-dir")
        .arg(crates.root().join("target"))
        // From nothing each time: what an incremental build reuses is not what the macros cost.
        .env("CARGO_INCREMENTAL", "0")
        .stdin(Stdio::null());
    let began = Instant::now();
    let status = process::run(&mut command, interrupts)?;
    let time = began.elapsed();
    match status.success() {
        true => Ok(time),
        false => Err(Stop::Failed(format!("`{}` does not compile: see above", side.package()))),
    }
}

fn line(theirs: f64, ours: f64, ratio: f64) -> String {
    format!("{theirs:>14.2}{ours:>10.2}{ratio:>8.3}")
}

/// Of an odd number of values.
fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
