//! `cargo xtask fuzz --planted`: whether the fuzzer finds what is wrong on purpose.
//!
//! Each file of `tests/leaks` is one leak. It is planted into a copy of the workspace, and the fuzzer of that
//! copy has to find it.

mod copy;
mod leak;

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::commands::prepared;
use crate::error::{Result, Stop};
use crate::process::{self, Interrupts};
use crate::servers::Servers;
use leak::Leak;

/// How long the fuzzer may look, if nothing else is said.
const SECONDS: u64 = 60;

/// Plants every leak, or those that are named, one at a time; a line for each.
///
/// # Errors
/// When a leak cannot be planted, the copy does not build, or the servers cannot be started. A leak that is not
/// found is no error but the exit code.
pub(crate) fn run(root: &Path, arguments: &[OsString], interrupts: &Interrupts) -> Result<ExitCode> {
    let arguments: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let seconds = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(SECONDS);
    let named: Vec<_> = arguments.iter().filter(|argument| argument.parse::<u64>().is_err()).collect();
    let mut leaks = Leak::read_all(&root.join("tests/leaks"))?;
    if let Some(unknown) = named.iter().find(|name| !leaks.iter().any(|leak| leak.name == ***name)) {
        return Err(Stop::Usage(format!("there is no leak `{unknown}` in tests/leaks")));
    }
    leaks.retain(|leak| named.is_empty() || named.iter().any(|name| leak.name == ***name));

    let servers = Servers::start(interrupts)?;
    let bed = Bed { root, place: root.join("target").join("planted"), servers, interrupts };
    let mut missed = 0;
    for leak in &leaks {
        let found = bed.fuzz(leak, seconds)?;
        missed += usize::from(found.is_none());
        println!("{:<18} {}", leak.name, found.unwrap_or_else(|| format!("MISSED in {seconds} s")));
    }
    println!("planted: {} of {} leaks found", leaks.len() - missed, leaks.len());
    Ok(if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Where leaks are planted.
struct Bed<'a> {
    root: &'a Path,
    place: PathBuf,
    servers: Servers,
    interrupts: &'a Interrupts,
}

impl Bed<'_> {
    /// What the fuzzer says of the leak; `None` if it finds nothing.
    fn fuzz(&self, leak: &Leak, seconds: u64) -> Result<Option<String>> {
        let workspace = self.place.join("workspace");
        copy::refresh(self.root, &workspace)?;
        leak.plant(&workspace)?;

        let target = self.place.join("target");
        let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = prepared(Command::new(program), &self.servers);
        build.current_dir(&workspace).env("CARGO_TARGET_DIR", &target);
        build.args(["build", "--quiet", "-p", "tenancy-tests", "--bin", "fuzz"]);
        let log = self.place.join(format!("{}.log", leak.name));
        if !self.to(&log, &mut build)? {
            let output = fs::read_to_string(&log).unwrap_or_default();
            return Err(Stop::Failed(format!(
                "the copy with leak `{}` does not build:\n{output}",
                leak.name
            )));
        }
        let mut fuzz = prepared(Command::new(target.join("debug").join("fuzz")), &self.servers);
        fuzz.args([seconds.to_string(), "--seed".to_owned(), "1".to_owned()]).env("RUST_BACKTRACE", "0");
        if self.to(&log, &mut fuzz)? {
            return Ok(None);
        }
        let output = fs::read_to_string(&log).unwrap_or_default();
        let line = |start: &str| output.lines().find(|line| line.starts_with(start)).map(str::to_owned);
        match (line("WRONG: "), line("fuzz: ")) {
            (Some(wrong), Some(closing)) => Ok(Some(told(&wrong, &closing))),
            _ => Err(Stop::Failed(format!("the fuzzer broke off with leak `{}`:\n{output}", leak.name))),
        }
    }

    /// Runs a command with its output in a file; whether it succeeds.
    fn to(&self, log: &Path, command: &mut Command) -> Result<bool> {
        let failed = |error| Stop::because(format!("could not write `{}`", log.display()), error);
        let file = File::create(log).map_err(failed)?;
        command.stderr(file.try_clone().map_err(failed)?).stdout(file);
        Ok(process::run(command, self.interrupts)?.success())
    }
}

/// `WRONG: place, tenant …` and `fuzz: 123 queries in 4 s, …` in one.
fn told(wrong: &str, closing: &str) -> String {
    let place = wrong.trim_start_matches("WRONG: ").split(',').next().unwrap_or_default();
    let effort = closing.trim_start_matches("fuzz: ").split(',').next().unwrap_or_default();
    format!("found after {effort}: {place}")
}
