//! How MariaDB is run, and when it is ready.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use signal_hook::consts::SIGTERM;

use super::binaries::Binaries;
use super::data::{SETTINGS, SETTINGS_PREFIX, data_in};
use crate::error::Result;
use crate::servers::account::Account;
use crate::servers::daemon::Kind;
use crate::servers::program::{program, tail};

/// Three hundred connections are a suite that runs in parallel, with a pool for each tenant's database.
const RUNNING: [&str; 6] = [
    "--bind-address=127.0.0.1",
    "--max-connections=300",
    "--character-set-server=utf8mb4",
    "--skip-log-bin",
    "--skip-slave-start",
    // Nobody reads the files again.
    "--innodb-fast-shutdown=2",
];

/// A data directory that has been set up.
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
    const PRODUCT: &'static str = "MariaDB";
    const STOPPING: &'static [(i32, Duration)] = &[(SIGTERM, Duration::from_secs(15))];

    fn command(&self, attempt: usize, port: u16) -> Result<Command> {
        let Self { binaries, account, scratch } = *self;
        let mut command = program(&binaries.server, SETTINGS_PREFIX, account, scratch, &self.log(attempt))?;
        command.arg("--no-defaults").arg(format!("--datadir={}", data_in(scratch).display()));
        command.args(SETTINGS).args(RUNNING).arg(format!("--port={port}"));
        for (option, file) in [("socket", "socket"), ("pid-file", "pid"), ("tmpdir", "")] {
            command.arg(format!("--{option}={}", scratch.join(file).display()));
        }
        Ok(command)
    }

    fn is_ready(&self, attempt: usize, _: u32) -> bool {
        // Its own log: another server on the port would not write there.
        fs::read_to_string(self.log(attempt)).is_ok_and(|log| log.contains("ready for connections"))
    }

    fn said(&self, attempt: usize) -> String {
        tail(&self.log(attempt))
    }
}
