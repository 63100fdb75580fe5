//! A server's programs, run in the scratch directory.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use super::account::Account;
use crate::error::{Result, Stop};

/// A program in the scratch directory, as the server's user, that writes to the log. The caller's own settings,
/// variables that begin with `settings`, are not the server's, and messages are read by us, so they are not
/// translated.
pub(super) fn program(
    path: &Path,
    settings: &str,
    account: &Account,
    scratch: &Path,
    log: &Path,
) -> Result<Command> {
    let mut command = Command::new(path);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with(settings)) {
        command.env_remove(name);
    }
    let output = File::options().create(true).append(true).open(log);
    let output = output.and_then(|file| Ok((file.try_clone()?, file)));
    let (output, errors) =
        output.map_err(|error| Stop::because(format!("could not write `{}`", log.display()), error))?;
    command.env("LC_ALL", "C").current_dir(scratch).stdout(output).stderr(errors);
    account.apply(&mut command);
    Ok(command)
}

/// An error with the end of the log, unless the program succeeded.
pub(super) fn succeed(what: &str, success: bool, log: &Path) -> Result<()> {
    if success { Ok(()) } else { Err(Stop::because(format!("{what} failed"), tail(log))) }
}

/// The last lines of a log.
pub(super) fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}
