//! A PgBouncer of our own before PostgreSQL, for the application's role: transaction mode, and fewer connections of the
//! server's than there are clients.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use signal_hook::consts::{SIGQUIT, SIGTERM};

use super::account::Account;
use super::daemon::{Daemon, Kind};
use super::install::{self, Package};
use super::program::{program, tail};
use super::scratch::Scratch;
use crate::error::{Result, Stop};
use crate::process::Interrupts;

/// The variable that carries the address.
pub(super) const VARIABLE: &str = "TENANCY_TEST_PG_POOLER_URL";
/// Where it is on Debian, and in no PATH but root's.
const BESIDES: [&str; 2] = ["/usr/sbin", "/usr/local/sbin"];
/// Whom it runs as when we are root, tried in this order.
const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];

/// Debian starts the service when the package is installed, and whenever the machine starts. What we have installed for
/// ourselves does neither.
const PACKAGE: Package = Package {
    name: "pgbouncer",
    prepare: r#"policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f /usr/sbin/policy-rc.d; update-rc.d pgbouncer disable || :' EXIT
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod +x "$policy"
fi"#,
};

/// What is installed, or else what the Debian package brings.
///
/// # Errors
/// When there is none and none can be installed.
pub(super) fn find_or_install(interrupts: &Interrupts) -> Result<PathBuf> {
    if let Some(program) = find() {
        return Ok(program);
    }
    install::install(&PACKAGE, interrupts)?.map_err(unavailable)?;
    find().ok_or_else(|| unavailable("the package is installed, but has no pgbouncer"))
}

fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let directories = env::split_paths(&path).filter(|directory| directory.is_absolute());
    let mut programs =
        directories.chain(BESIDES.map(PathBuf::from)).map(|directory| directory.join("pgbouncer"));
    programs.find(|program| program.is_file())
}

fn unavailable(why: &str) -> Stop {
    Stop::Failed(format!(
        "PgBouncer was not found: {why}. Install it and put it into PATH, or set {VARIABLE} to use one of your own"
    ))
}

/// A running PgBouncer. The fields drop in order: it stops before its files go.
pub(super) struct PgBouncer {
    daemon: Daemon,
    _scratch: Scratch,
    application: url::Url,
}

impl PgBouncer {
    /// Starts one before the server of this address.
    ///
    /// # Errors
    /// When it does not start, or the address is none.
    pub(super) fn start(program: &Path, application: &str, interrupts: &Interrupts) -> Result<Self> {
        // The address holds a password, and the parser's message not.
        let application = url::Url::parse(application)
            .map_err(|error| Stop::because("the application's address is none", error))?;
        let account = Account::for_server("PgBouncer", &ACCOUNTS)?;
        let scratch = Scratch::new()?;
        account.own(scratch.path())?;
        let server =
            Server { program, account: &account, scratch: scratch.path(), application: &application };
        let daemon = Daemon::start(&server, interrupts)?;
        eprintln!("xtask: a private PgBouncer listens on 127.0.0.1:{}", daemon.port());
        Ok(Self { daemon, _scratch: scratch, application })
    }

    /// The same address through it. The value holds the password.
    pub(super) fn environment(&self) -> (&'static str, String) {
        let mut url = self.application.clone();
        // Both can be set on every address that has a host, as that of a server has.
        let _ = url
            .set_host(Some("127.0.0.1"))
            .and_then(|()| url.set_port(Some(self.daemon.port())).map_err(|()| url::ParseError::InvalidPort));
        (VARIABLE, url.into())
    }
}

struct Server<'a> {
    program: &'a Path,
    account: &'a Account,
    scratch: &'a Path,
    application: &'a url::Url,
}

impl Server<'_> {
    fn log(&self, attempt: usize) -> PathBuf {
        self.scratch.join(format!("pgbouncer-{attempt}.log"))
    }

    fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.scratch.join(name);
        fs::write(&path, text)
            .map_err(|error| Stop::because(format!("could not write `{}`", path.display()), error))?;
        Ok(path)
    }
}

/// Two connections of the server's for each database of a suite's world, and none of them for long: there are many
/// worlds, and each is dropped.
fn settings(application: &url::Url, users: &Path, port: u16) -> String {
    let (host, server) = (application.host_str().unwrap_or("127.0.0.1"), application.port().unwrap_or(5432));
    format!(
        "[databases]\n\
         * = host={host} port={server}\n\
         [pgbouncer]\n\
         listen_addr = 127.0.0.1\n\
         listen_port = {port}\n\
         unix_socket_dir =\n\
         auth_type = scram-sha-256\n\
         auth_file = {}\n\
         pool_mode = transaction\n\
         default_pool_size = 2\n\
         max_client_conn = 1000\n\
         server_idle_timeout = 2\n\
         server_check_delay = 0\n\
         log_connections = 0\n\
         log_disconnections = 0\n",
        users.display()
    )
}

/// A user and its password, as the list of users has them.
fn user(application: &url::Url) -> String {
    let decoded = |text: &str| {
        let text = format!("v={}", text.replace('+', "%2B"));
        url::form_urlencoded::parse(text.as_bytes())
            .map(|(_, value)| value.replace('"', "\"\""))
            .collect::<String>()
    };
    format!(
        "\"{}\" \"{}\"\n",
        decoded(application.username()),
        decoded(application.password().unwrap_or_default())
    )
}

impl Kind for Server<'_> {
    const PRODUCT: &'static str = "PgBouncer";
    const STOPPING: &'static [(i32, Duration)] =
        &[(SIGTERM, Duration::from_secs(5)), (SIGQUIT, Duration::from_secs(5))];

    fn command(&self, attempt: usize, port: u16) -> Result<Command> {
        // The directory is its user's alone.
        let users = self.write("users.txt", &user(self.application))?;
        let settings = self.write("pgbouncer.ini", &settings(self.application, &users, port))?;
        let mut command = program(self.program, "PG", self.account, self.scratch, &self.log(attempt))?;
        command.arg(settings);
        Ok(command)
    }

    fn is_ready(&self, attempt: usize, _: u32) -> bool {
        // Its own log: another server on the port would not write there.
        fs::read_to_string(self.log(attempt)).is_ok_and(|log| log.contains("process up"))
    }

    fn said(&self, attempt: usize) -> String {
        tail(&self.log(attempt))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_written_as_it_is_meant() {
        let application = url::Url::parse("postgres://app:a%22b+c@db.internal:5433/shop").unwrap();
        assert_eq!(user(&application), "\"app\" \"a\"\"b+c\"\n");
        let settings = settings(&application, Path::new("/users.txt"), 6432);
        assert!(settings.contains("* = host=db.internal port=5433\n"), "{settings}");
        assert!(settings.contains("pool_mode = transaction\n"), "{settings}");
        assert!(!settings.contains("a%22b"), "{settings}");
    }
}
