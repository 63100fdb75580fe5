//! A Redis of our own, in memory alone and with a password: the loopback interface is everybody's on this machine.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use signal_hook::consts::SIGTERM;

use super::account::Account;
use super::daemon::{Daemon, Kind};
use super::install::{self, Package};
use super::program::{program, tail};
use super::scratch::Scratch;
use super::secret::random_hex;
use crate::error::{Result, Stop};
use crate::process::Interrupts;

/// The variable that carries the address.
pub(super) const VARIABLE: &str = "TENANCY_TEST_REDIS_URL";
/// The oldest release that has BLMOVE.
const OLDEST: (u32, u32) = (6, 2);
/// Whom it runs as when we are root, tried in this order. Redis would run as root too.
const ACCOUNTS: [&str; 2] = ["redis", "nobody"];

/// Debian starts the service when the package is installed, and whenever the machine starts. What we have installed for
/// ourselves does neither.
const PACKAGE: Package = Package {
    name: "redis-server",
    prepare: r#"policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f /usr/sbin/policy-rc.d; update-rc.d redis-server disable || :' EXIT
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod +x "$policy"
fi"#,
};

/// What is installed, or else what the Debian package brings.
///
/// # Errors
/// When there is none and none can be installed, or the one that is installed is too old.
pub(super) fn find_or_install(interrupts: &Interrupts) -> Result<PathBuf> {
    if let Some(program) = find()? {
        return Ok(program);
    }
    install::install(&PACKAGE, interrupts)?.map_err(unavailable)?;
    find()?.ok_or_else(|| unavailable("the package is installed, but has no redis-server"))
}

/// The first in PATH that says its version.
fn find() -> Result<Option<PathBuf>> {
    let path = env::var_os("PATH").unwrap_or_default();
    let directories = env::split_paths(&path).filter(|directory| directory.is_absolute());
    let mut programs = directories.map(|directory| directory.join("redis-server"));
    let Some(program) = programs.find(|program| program.is_file()) else { return Ok(None) };
    match version_of(&program) {
        Some(version) if version >= OLDEST => Ok(Some(program)),
        Some((major, minor)) => Err(Stop::Failed(format!(
            "`{}` is Redis {major}.{minor}: install {}.{} or newer, or put its directory first in PATH",
            program.display(),
            OLDEST.0,
            OLDEST.1
        ))),
        None => Ok(None),
    }
}

fn version_of(program: &Path) -> Option<(u32, u32)> {
    let output = Command::new(program).arg("--version").output().ok()?;
    version_in(&String::from_utf8_lossy(&output.stdout))
}

/// The 7.0 of `Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=9f3b2b0a0e3d6d0a`.
fn version_in(text: &str) -> Option<(u32, u32)> {
    let (_, version) = text.split_once("v=")?;
    let mut numbers = version.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn unavailable(why: &str) -> Stop {
    Stop::Failed(format!(
        "Redis (redis-server) was not found: {why}. Install Redis {}.{} or newer and put it into PATH, or set {VARIABLE} \
         to use one of your own",
        OLDEST.0, OLDEST.1
    ))
}

/// A running Redis. The fields drop in order: it stops before its files go.
pub(super) struct Redis {
    daemon: Daemon,
    _scratch: Scratch,
    password: String,
}

impl Redis {
    /// Starts one.
    ///
    /// # Errors
    /// When it does not start.
    pub(super) fn start(program: &Path, interrupts: &Interrupts) -> Result<Self> {
        let account = Account::for_server("Redis", &ACCOUNTS)?;
        let scratch = Scratch::new()?;
        account.own(scratch.path())?;
        let password = random_hex(24)?;
        let server = Server { program, account: &account, scratch: scratch.path(), password: &password };
        let daemon = Daemon::start(&server, interrupts)?;
        eprintln!("xtask: a private Redis listens on 127.0.0.1:{}", daemon.port());
        Ok(Self { daemon, _scratch: scratch, password })
    }

    /// Its address. The value holds the password.
    pub(super) fn environment(&self) -> (&'static str, String) {
        (VARIABLE, format!("redis://default:{}@127.0.0.1:{}/", self.password, self.daemon.port()))
    }
}

struct Server<'a> {
    program: &'a Path,
    account: &'a Account,
    scratch: &'a Path,
    password: &'a str,
}

impl Server<'_> {
    fn log(&self, attempt: usize) -> PathBuf {
        self.scratch.join(format!("redis-{attempt}.log"))
    }
}

/// Nothing is kept on disk, and what is said goes to standard output.
fn settings(password: &str, port: u16) -> String {
    format!(
        "bind 127.0.0.1\n\
         port {port}\n\
         requirepass {password}\n\
         save \"\"\n\
         appendonly no\n\
         daemonize no\n\
         logfile \"\"\n"
    )
}

impl Kind for Server<'_> {
    const PRODUCT: &'static str = "Redis";
    const STOPPING: &'static [(i32, Duration)] = &[(SIGTERM, Duration::from_secs(10))];

    fn command(&self, attempt: usize, port: u16) -> Result<Command> {
        // The directory is its user's alone.
        let path = self.scratch.join("redis.conf");
        fs::write(&path, settings(self.password, port))
            .map_err(|error| Stop::because(format!("could not write `{}`", path.display()), error))?;
        let mut command = program(self.program, "REDIS", self.account, self.scratch, &self.log(attempt))?;
        command.arg(path);
        Ok(command)
    }

    fn is_ready(&self, attempt: usize, _: u32) -> bool {
        // Its own log: another server on the port would not write there.
        fs::read_to_string(self.log(attempt)).is_ok_and(|log| log.contains("Ready to accept connections"))
    }

    fn said(&self, attempt: usize) -> String {
        tail(&self.log(attempt))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_listens_to_this_machine_and_to_whoever_knows_the_password() {
        let settings = settings("secret", 6399);
        for line in ["bind 127.0.0.1\n", "port 6399\n", "requirepass secret\n", "save \"\"\n"] {
            assert!(settings.contains(line), "{settings}");
        }
    }

    #[test]
    fn versions_are_read() {
        let text =
            "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=9f3b2b0a0e3d6d0a\n";
        assert_eq!(version_in(text), Some((7, 0)));
        assert_eq!(version_in(""), None);
        assert_eq!(version_in("v=seven"), None);
    }
}
