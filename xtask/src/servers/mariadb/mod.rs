//! A MariaDB of our own: found or installed, set up in a scratch directory, started, stopped.

mod binaries;
mod data;
mod server;
mod users;

pub(super) use binaries::Binaries;
pub(crate) use users::USERS;

use super::account::Account;
use super::daemon::Daemon;
use super::scratch::Scratch;
use super::secret::random_hex;
use crate::error::Result;
use crate::process::Interrupts;
use server::Server;

/// The database the users' URLs name. Each world of the suites makes its own beside it.
const DATABASE: &str = "tenancy_test";
/// Whom it runs as when we are root, tried in this order.
const ACCOUNTS: [&str; 2] = ["mysql", "nobody"];

/// A running server. The fields drop in order: it stops before its files go.
pub(super) struct MariaDb {
    daemon: Daemon,
    _scratch: Scratch,
    passwords: [String; USERS.len()],
}

impl MariaDb {
    /// Sets the data directory up and starts the server.
    ///
    /// # Errors
    /// When it cannot be set up, or does not start.
    pub(super) fn start(binaries: &Binaries, interrupts: &Interrupts) -> Result<Self> {
        let account = Account::for_server("MariaDB", &ACCOUNTS)?;
        let scratch = Scratch::new()?;
        account.own(scratch.path())?;
        let passwords = [random_hex(24)?, random_hex(24)?];
        data::set_up(binaries, &account, scratch.path(), &passwords, interrupts)?;
        let server = Server { binaries, account: &account, scratch: scratch.path() };
        let daemon = Daemon::start(&server, interrupts)?;
        let (major, minor) = binaries.version;
        eprintln!("xtask: a private MariaDB {major}.{minor} listens on 127.0.0.1:{}", daemon.port());
        Ok(Self { daemon, _scratch: scratch, passwords })
    }

    /// One URL for each user. The values hold passwords.
    pub(super) fn environment(&self) -> Vec<(&'static str, String)> {
        let urls = USERS.iter().zip(&self.passwords);
        urls.map(|(user, password)| (user.variable, user.url(password, self.daemon.port(), DATABASE)))
            .collect()
    }
}
