//! How PostgreSQL is run, and when it is ready.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGQUIT};

use super::binaries::Binaries;
use super::cluster::{SETTINGS_PREFIX, data_in};
use crate::error::Result;
use crate::servers::account::Account;
use crate::servers::daemon::Kind;
use crate::servers::program::{program, tail};

/// Durability is nobody's concern here; two hundred connections are a suite that runs in parallel.
const SETTINGS: [&str; 7] = [
    "listen_addresses=127.0.0.1",
    "max_connections=200",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "password_encryption=scram-sha-256",
    "logging_collector=off",
];

/// A cluster that has been set up.
pub(super) struct Server<'a> {
    pub(super) binaries: &'a Binaries,
    pub(super) account: &'a Account,
    pub(super) scratch: &'a Path,
}

impl Server<'_> {
    fn log(&self, attempt: usize) -> PathBuf {
        self.scratch.join(format!("server-{attempt}.log"))
    }
}

impl Kind for Server<'_> {
    const PRODUCT: &'static str = "PostgreSQL";
    /// To end its sessions and stop, and then to end them without ceremony.
    const STOPPING: &'static [(i32, Duration)] =
        &[(SIGINT, Duration::from_secs(10)), (SIGQUIT, Duration::from_secs(5))];

    fn command(&self, attempt: usize, port: u16) -> Result<Command> {
        let Self { binaries, account, scratch } = *self;
        let mut command = program(&binaries.postgres, SETTINGS_PREFIX, account, scratch, &self.log(attempt))?;
        command.arg("-D").arg(data_in(scratch)).args(["-p", &port.to_string(), "-k"]).arg(scratch);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        Ok(command)
    }

    fn is_ready(&self, _: usize, process: u32) -> bool {
        let status = fs::read_to_string(data_in(self.scratch).join("postmaster.pid"));
        is_ready(&status.unwrap_or_default(), process)
    }

    fn said(&self, attempt: usize) -> String {
        tail(&self.log(attempt))
    }
}

/// Reads `postmaster.pid`: the process id comes first, the state in the eighth line.
fn is_ready(file: &str, id: u32) -> bool {
    let mut lines = file.lines().map(str::trim);
    lines.next() == Some(id.to_string().as_str()) && lines.nth(6) == Some("ready")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ready_is_the_state_of_our_own_process() {
        let file = |state: &str| format!("4711\n/data\n1700000000\n5499\n/run\n127.0.0.1\n  5 1\n{state}\n");
        assert!(is_ready(&file("ready   "), 4711));
        assert!(!is_ready(&file("ready   "), 4712));
        assert!(!is_ready(&file("starting"), 4711));
        assert!(!is_ready("4711\n", 4711));
        assert!(!is_ready("", 4711));
    }
}
