//! A PostgreSQL of our own: found or installed, set up in a scratch directory, started, stopped.

mod binaries;
mod cluster;
mod install;
mod roles;
mod server;

pub(super) use binaries::Binaries;
pub(crate) use roles::{APPLICATION, ROLES};

use super::account::Account;
use super::daemon::Daemon;
use super::scratch::Scratch;
use super::secret::random_hex;
use crate::error::Result;
use crate::process::Interrupts;
use server::Server;

/// The one database the suites use.
const DATABASE: &str = "tenancy_test";
/// Whom it runs as when we are root, tried in this order.
const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];

/// A running server. The fields drop in order: it stops before its files go.
pub(super) struct Postgres {
    daemon: Daemon,
    _scratch: Scratch,
    passwords: [String; ROLES.len()],
}

impl Postgres {
    /// Sets a cluster up and starts it.
    ///
    /// # Errors
    /// When it cannot be set up, or does not start.
    pub(super) fn start(binaries: &Binaries, interrupts: &Interrupts) -> Result<Self> {
        let account = Account::for_server("PostgreSQL", &ACCOUNTS)?;
        let scratch = Scratch::new()?;
        account.own(scratch.path())?;
        let passwords = [random_hex(24)?, random_hex(24)?, random_hex(24)?];
        cluster::set_up(binaries, &account, scratch.path(), &passwords, interrupts)?;
        let server = Server { binaries, account: &account, scratch: scratch.path() };
        let daemon = Daemon::start(&server, interrupts)?;
        eprintln!("xtask: a private PostgreSQL {} listens on 127.0.0.1:{}", binaries.major, daemon.port());
        Ok(Self { daemon, _scratch: scratch, passwords })
    }

    /// One URL for each role. The values hold passwords.
    pub(super) fn environment(&self) -> Vec<(&'static str, String)> {
        let urls = ROLES.iter().zip(&self.passwords);
        urls.map(|(role, password)| (role.variable, role.url(password, self.daemon.port(), DATABASE)))
            .collect()
    }
}
