//! A PostgreSQL of our own: found or installed, set up in a scratch directory, started, stopped.

mod account;
mod binaries;
mod cluster;
mod install;
mod roles;
mod server;

pub(crate) use roles::ROLES;

use super::scratch::Scratch;
use super::secret::random_hex;
use crate::error::Result;
use crate::process::Interrupts;
use account::Account;
use binaries::Binaries;
use server::Server;

/// The one database the suites use.
const DATABASE: &str = "tenancy_test";

/// A running server. The fields drop in order: it stops before its files go.
pub(super) struct Postgres {
    server: Server,
    _scratch: Scratch,
    passwords: [String; ROLES.len()],
}

impl Postgres {
    /// Finds or installs the programs, sets a cluster up and starts it.
    ///
    /// # Errors
    /// When there is no usable PostgreSQL and none can be installed, or it does not start.
    pub(super) fn start(interrupts: &Interrupts) -> Result<Self> {
        let binaries = match Binaries::find()? {
            Some(binaries) => binaries,
            None => install::install(interrupts)?,
        };
        let account = Account::for_server()?;
        let scratch = Scratch::new()?;
        account.own(scratch.path())?;
        let passwords = [random_hex(24)?, random_hex(24)?, random_hex(24)?];
        cluster::set_up(&binaries, &account, scratch.path(), &passwords, interrupts)?;
        let server = Server::start(&binaries, &account, scratch.path(), interrupts)?;
        eprintln!("xtask: a private PostgreSQL {} listens on 127.0.0.1:{}", binaries.major, server.port());
        Ok(Self { server, _scratch: scratch, passwords })
    }

    /// One URL for each role. The values hold passwords.
    pub(super) fn environment(&self) -> Vec<(&'static str, String)> {
        let urls = ROLES.iter().zip(&self.passwords);
        urls.map(|(role, password)| (role.variable, role.url(password, self.server.port(), DATABASE)))
            .collect()
    }
}
