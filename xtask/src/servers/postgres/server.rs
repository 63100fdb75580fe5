//! The running server: our own child, addressed by its process id only.

use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGQUIT};

use super::account::Account;
use super::binaries::Binaries;
use super::cluster::{data_in, program, tail};
use crate::error::{Result, Stop};
use crate::process::{self, Interrupts, POLL};

/// How often another port is tried when somebody takes ours before the server does.
const ATTEMPTS: usize = 5;
/// What the server gets to answer.
const STARTING: Duration = Duration::from_secs(60);
/// What it gets to end its sessions and stop, and then to end them without ceremony.
const STOPPING: [(i32, Duration); 2] = [(SIGINT, Duration::from_secs(10)), (SIGQUIT, Duration::from_secs(5))];

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

/// A server that accepts connections. Dropping it stops it.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    port: u16,
}

impl Server {
    /// Starts it on a free port of the loopback interface and waits until it is ready.
    ///
    /// # Errors
    /// When it ends by itself, or is not ready in time; the error holds the end of its log.
    pub(super) fn start(
        binaries: &Binaries,
        account: &Account,
        scratch: &Path,
        interrupts: &Interrupts,
    ) -> Result<Self> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let log = scratch.join(format!("server-{attempt}.log"));
            let mut command = program(&binaries.postgres, account, scratch, &log)?;
            let port = free_port()?;
            command.arg("-D").arg(data_in(scratch)).args(["-p", &port.to_string(), "-k"]).arg(scratch);
            for setting in SETTINGS {
                command.args(["-c", setting]);
            }
            // Its own group: a Ctrl-C in the terminal is for the tests, which still need the server.
            let child = command.process_group(0).stdin(Stdio::null()).spawn();
            let child = child.map_err(|error| Stop::because("could not start PostgreSQL", error))?;
            let mut server = Self { child, port };
            if server.is_up(&data_in(scratch), interrupts)? {
                return Ok(server);
            }
            let said = tail(&log);
            if attempt == ATTEMPTS || !said.contains("Address already in use") {
                return Err(Stop::because("PostgreSQL did not start", said));
            }
        }
    }

    /// The TCP port on 127.0.0.1.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Waits until it answers (`true`), or has ended or its time is up (`false`).
    fn is_up(&mut self, data: &Path, interrupts: &Interrupts) -> Result<bool> {
        let deadline = Instant::now() + STARTING;
        while Instant::now() < deadline {
            interrupts.check()?;
            if process::ended(&mut self.child)?.is_some() {
                return Ok(false);
            }
            let status = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
            if is_ready(&status, self.child.id()) {
                return Ok(true);
            }
            std::thread::sleep(POLL);
        }
        Ok(false)
    }

    fn stop(&mut self) -> Result<()> {
        for (signal, patience) in STOPPING {
            if process::ended(&mut self.child)?.is_some() {
                return Ok(());
            }
            // To the postmaster only: it ends its backends.
            process::send(signal, &self.child, false);
            let deadline = Instant::now() + patience;
            while Instant::now() < deadline {
                if process::ended(&mut self.child)?.is_some() {
                    return Ok(());
                }
                std::thread::sleep(POLL);
            }
        }
        let id = self.child.id();
        let killed = self.child.kill().and_then(|()| self.child.wait());
        killed
            .map(|_| ())
            .map_err(|error| Stop::because(format!("could not stop PostgreSQL, process {id}"), error))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            eprintln!("xtask: {error}");
        }
    }
}

/// A port nobody listens on at this moment.
fn free_port() -> Result<u16> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| Stop::because("could not find a free port on 127.0.0.1", error))
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
