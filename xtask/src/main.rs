//! `cargo xtask`: what this repository runs on itself. `cargo xtask help` lists the commands.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks through its streams")]

mod bench;
mod commands;
mod error;
mod planted;
mod process;
mod servers;
mod tidy;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use error::{Result, Stop};
use process::Interrupts;

const HELP: &str = "\
usage: cargo xtask COMMAND

  test [-- ARGS]        start the servers, run every test and every doc test; ARGS go to the test runner
  with-servers CMD...   start the servers and run CMD with their addresses in its environment
  bench [-- ARGS]       start the servers and run the benchmark in release mode; ARGS go to it
  bench compile         how long a crate of scoped tables takes to compile beside one of Diesel's
  fuzz [SECONDS] [...]  start the servers and look for leaks with random operations; `fuzz --help` lists more
  fuzz --planted [SECONDS] [LEAK...]
                        plant each leak of tests/leaks into a copy; the fuzzer has to find it
  fuzz heads [MILLIONS] [SEED]
                        random requests through every resolver, in release mode; ten million if nothing is said
  tidy                  check sizes, layering, lints, whitespace and links
  help                  print this

The servers are private to the run: a PostgreSQL, a MariaDB and a Redis in temporary directories, stopped and
removed at the end. To use a PostgreSQL of your own, set all of TENANCY_TEST_PG_OWNER_URL,
TENANCY_TEST_PG_APP_URL and TENANCY_TEST_PG_ADMIN_URL (postgres://user:password@host:port/database; none of
them a superuser). To use a MySQL or MariaDB of your own, set TENANCY_TEST_MYSQL_ADMIN_URL and
TENANCY_TEST_MYSQL_APP_URL (mysql://user:password@host:port/database). To use a Redis of your own, set
TENANCY_TEST_REDIS_URL (redis://default:password@host:port/). docs/testing.md has the rights.
";

fn main() -> ExitCode {
    match run(std::env::args_os().skip(1).collect()) {
        Ok(code) => code,
        Err(Stop::Signal(signal)) => {
            eprintln!("xtask: stopped by signal {signal}");
            process::exit_code(128 + signal)
        }
        Err(stop) => {
            eprintln!("xtask: {stop}");
            ExitCode::from(if matches!(stop, Stop::Usage(_)) { 2 } else { 1 })
        }
    }
}

fn run(mut arguments: Vec<OsString>) -> Result<ExitCode> {
    if arguments.is_empty() {
        return Err(Stop::Usage("no command was given".to_owned()));
    }
    let command = arguments.remove(0);
    let root = repository_root();
    match command.to_string_lossy().as_ref() {
        "test" => commands::test(&root, &after_dashes(arguments)?, &Interrupts::install()?),
        "bench" => bench::run(&root, arguments, &Interrupts::install()?),
        "fuzz" => commands::fuzz(&root, &arguments, &Interrupts::install()?),
        "with-servers" => commands::with_servers(&arguments, &Interrupts::install()?),
        "tidy" => {
            nothing_after(&command, &arguments)?;
            tidy::run(&root)
        }
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        other => Err(Stop::Usage(format!("there is no command `{other}`"))),
    }
}

/// What follows `--`, which the runner gets. Anything before it is a mistake, not an argument of ours.
fn after_dashes(mut arguments: Vec<OsString>) -> Result<Vec<OsString>> {
    match arguments.first() {
        None => Ok(arguments),
        Some(first) if first == "--" => {
            arguments.remove(0);
            Ok(arguments)
        }
        Some(first) => {
            Err(Stop::Usage(format!("`{}`: write the runner's own arguments after `--`", first.display())))
        }
    }
}

fn nothing_after(command: &OsString, arguments: &[OsString]) -> Result<()> {
    match arguments.first() {
        None => Ok(()),
        Some(first) => Err(Stop::Usage(format!(
            "`{}` takes no arguments, but got `{}`",
            command.display(),
            first.display()
        ))),
    }
}

/// The workspace's root. Cargo says at run time where this crate is; the value of the build is for a
/// binary that is started by hand.
fn repository_root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let here = Path::new(&here);
    here.parent().unwrap_or(here).to_path_buf()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn runner_arguments_follow_the_dashes() {
        assert!(after_dashes(Vec::new()).unwrap().is_empty());
        assert_eq!(after_dashes(vec!["--".into(), "name".into()]).unwrap(), ["name"]);
        assert!(matches!(after_dashes(vec!["name".into()]), Err(Stop::Usage(_))));
    }
}
