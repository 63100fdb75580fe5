//! The servers the suites talk to: private to one run, and gone when the run ends.

mod account;
mod daemon;
mod given;
mod install;
mod mariadb;
mod pgbouncer;
mod postgres;
mod program;
mod redis;
mod scratch;
mod secret;

use std::thread;

use crate::error::{Result, Stop};
use crate::process::Interrupts;
use given::Given;
use mariadb::MariaDb;
use pgbouncer::PgBouncer;
use postgres::Postgres;
use redis::Redis;

/// The servers of one run. Dropping it stops what it has started and removes their files.
pub(crate) struct Servers {
    // It goes before the server that it stands before.
    pgbouncer: Option<PgBouncer>,
    postgres: Option<Postgres>,
    mariadb: Option<MariaDb>,
    redis: Option<Redis>,
}

impl Servers {
    /// Starts what the caller's environment does not already name, side by side.
    ///
    /// # Errors
    /// When only some of a server's variables are set, or a server cannot be found, installed or started.
    pub(crate) fn start(interrupts: &Interrupts) -> Result<Self> {
        let value = |name: &str| std::env::var_os(name);
        let is_wanted = |names: &[&str]| Ok(given::look_up(names, value)? == Given::Nothing);
        let postgres = is_wanted(&postgres::ROLES.map(|role| role.variable))?;
        let mariadb = is_wanted(&mariadb::USERS.map(|user| user.variable))?;
        // One after the other: apt-get lets nobody in beside it.
        let postgres = postgres.then(|| postgres::Binaries::find_or_install(interrupts)).transpose()?;
        let mariadb = mariadb.then(|| mariadb::Binaries::find_or_install(interrupts)).transpose()?;
        let pooler = is_wanted(&[pgbouncer::VARIABLE])?;
        let pooler = pooler.then(|| pgbouncer::find_or_install(interrupts)).transpose()?;
        let redis = is_wanted(&[redis::VARIABLE])?;
        let redis = redis.then(|| redis::find_or_install(interrupts)).transpose()?;
        thread::scope(|scope| {
            let beside =
                scope.spawn(|| mariadb.map(|binaries| MariaDb::start(&binaries, interrupts)).transpose());
            let postgres = postgres.map(|binaries| Postgres::start(&binaries, interrupts)).transpose();
            let mariadb = beside.join().map_err(|_| Stop::Failed("starting MariaDB panicked".to_owned()))?;
            let mut servers = Self { pgbouncer: None, postgres: postgres?, mariadb: mariadb?, redis: None };
            if let Some(program) = pooler {
                servers.pgbouncer = Some(PgBouncer::start(&program, &servers.application()?, interrupts)?);
            }
            // It is there at once, and needs no thread of its own.
            servers.redis = redis.map(|program| Redis::start(&program, interrupts)).transpose()?;
            Ok(servers)
        })
    }

    /// The address of PostgreSQL as the application's role.
    fn application(&self) -> Result<String> {
        let name = postgres::APPLICATION.variable;
        let own = self.environment().into_iter().find(|(variable, _)| *variable == name).map(|(_, url)| url);
        let given = || std::env::var(name).ok();
        own.or_else(given).ok_or_else(|| Stop::Failed(format!("{name} is not set, or is no text")))
    }

    /// The variables a child needs beyond its inherited ones. The values hold passwords.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        let mut environment = self.postgres.as_ref().map(Postgres::environment).unwrap_or_default();
        environment.extend(self.mariadb.iter().flat_map(MariaDb::environment));
        environment.extend(self.pgbouncer.iter().map(PgBouncer::environment));
        environment.extend(self.redis.iter().map(Redis::environment));
        environment
    }
}
