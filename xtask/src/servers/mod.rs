//! The servers the suites talk to: private to one run, and gone when the run ends.

mod given;
mod postgres;
mod scratch;
mod secret;

use crate::error::Result;
use crate::process::Interrupts;
use given::Given;
use postgres::Postgres;

/// The servers of one run. Dropping it stops what it has started and removes their files.
pub(crate) struct Servers {
    postgres: Option<Postgres>,
}

impl Servers {
    /// Starts what the caller's environment does not already name.
    ///
    /// # Errors
    /// When only some of the variables are set, or a server cannot be found, installed or started.
    pub(crate) fn start(interrupts: &Interrupts) -> Result<Self> {
        let names = postgres::ROLES.map(|role| role.variable);
        let postgres = match given::look_up(&names, |name| std::env::var_os(name))? {
            Given::All => None,
            Given::Nothing => Some(Postgres::start(interrupts)?),
        };
        Ok(Self { postgres })
    }

    /// The variables a child needs beyond its inherited ones. The values hold passwords.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        self.postgres.as_ref().map(Postgres::environment).unwrap_or_default()
    }
}
