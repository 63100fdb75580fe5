//! The commands that need servers: each starts them, runs something, and lets go of them again.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use crate::error::{Result, Stop};
use crate::planted;
use crate::process::{self, Interrupts};
use crate::servers::Servers;

/// Every test, then every doc test. Both run also when the first fails.
///
/// # Errors
/// When the servers or a runner cannot be started. A failing test is no error but the exit code.
pub(crate) fn test(root: &Path, arguments: &[OsString], interrupts: &Interrupts) -> Result<ExitCode> {
    let servers = Servers::start(interrupts)?;
    let scope = ["--workspace", "--all-features"];

    let mut tests = cargo(root, &servers);
    if has_nextest() {
        tests.args(["nextest", "run"]).args(scope).args(arguments);
    } else {
        tests.arg("test").args(scope).args(["--lib", "--bins", "--tests"]);
        // Here the arguments are the test binaries', not cargo's.
        if !arguments.is_empty() {
            tests.arg("--").args(arguments);
        }
    }
    let tests = process::run(&mut tests, interrupts)?;

    let mut docs = cargo(root, &servers);
    docs.arg("test").args(scope).arg("--doc");
    let docs = process::run(&mut docs, interrupts)?;

    let first_failure = [tests, docs].into_iter().find(|status| !status.success());
    Ok(first_failure.map_or(ExitCode::SUCCESS, |status| process::exit_code(process::code_of(status))))
}

/// Any command, with the servers' addresses in its environment. Its exit code is ours.
///
/// # Errors
/// When no command is given, or the servers or the command cannot be started.
pub(crate) fn with_servers(command: &[OsString], interrupts: &Interrupts) -> Result<ExitCode> {
    let command = if command.first().is_some_and(|first| first == "--") { &command[1..] } else { command };
    let Some((program, arguments)) = command.split_first() else {
        return Err(Stop::Usage("`with-servers` needs a command to run".to_owned()));
    };
    let servers = Servers::start(interrupts)?;
    let mut command = prepared(Command::new(program), &servers);
    let status = process::run(command.args(arguments), interrupts)?;
    Ok(process::exit_code(process::code_of(status)))
}

/// The benchmark, in release mode.
///
/// # Errors
/// When the servers or cargo cannot be started.
pub(crate) fn bench(root: &Path, arguments: &[OsString], interrupts: &Interrupts) -> Result<ExitCode> {
    let servers = Servers::start(interrupts)?;
    let mut command = cargo(root, &servers);
    command.args(["run", "--release", "-p", "tenancy-tests", "--bin", "bench", "--"]).args(arguments);
    let status = process::run(&mut command, interrupts)?;
    Ok(process::exit_code(process::code_of(status)))
}

/// The leak fuzzer; or, with `--planted`, whether it finds leaks that are there on purpose.
///
/// # Errors
/// When the servers or cargo cannot be started. What the fuzzer finds is no error but the exit code.
pub(crate) fn fuzz(root: &Path, arguments: &[OsString], interrupts: &Interrupts) -> Result<ExitCode> {
    if let Some((first, rest)) = arguments.split_first()
        && first == "--planted"
    {
        return planted::run(root, rest, interrupts);
    }
    if let Some((first, rest)) = arguments.split_first()
        && first == "heads"
    {
        return heads(root, rest, interrupts);
    }
    let servers = Servers::start(interrupts)?;
    let mut command = cargo(root, &servers);
    command.args(["run", "--quiet", "-p", "tenancy-tests", "--bin", "fuzz", "--"]).args(arguments);
    let status = process::run(&mut command, interrupts)?;
    Ok(process::exit_code(process::code_of(status)))
}

/// The fuzzer of requests' heads, which needs no server.
fn heads(root: &Path, arguments: &[OsString], interrupts: &Interrupts) -> Result<ExitCode> {
    let mut command = Command::new(cargo_program());
    without_our_package(&mut command);
    command.current_dir(root).args([
        "run",
        "--release",
        "--quiet",
        "-p",
        "tenancy-tests",
        "--bin",
        "heads",
        "--",
    ]);
    let status = process::run(command.args(arguments), interrupts)?;
    Ok(process::exit_code(process::code_of(status)))
}

/// The one that runs us, so that a chosen toolchain stays chosen.
fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Cargo in the repository's root, with the servers.
fn cargo(root: &Path, servers: &Servers) -> Command {
    let mut command = prepared(Command::new(cargo_program()), servers);
    command.current_dir(root);
    command
}

/// Adds the servers.
pub(crate) fn prepared(mut command: Command, servers: &Servers) -> Command {
    without_our_package(&mut command);
    command.envs(servers.environment());
    command
}

/// Takes away what `cargo run` has told us about xtask itself: build scripts that watch those variables
/// would run again.
pub(crate) fn without_our_package(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|prefix| text.starts_with(prefix)) {
            command.env_remove(name);
        }
    }
}

fn has_nextest() -> bool {
    Command::new("cargo-nextest")
        .args(["nextest", "--version"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
