//! A running server: our own child, addressed by its process id only.

use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::error::{Result, Stop};
use crate::process::{self, Interrupts, POLL};

/// How often another port is tried when somebody takes ours before the server does.
const ATTEMPTS: usize = 5;
/// What a server gets to answer.
const STARTING: Duration = Duration::from_secs(60);

/// What differs between one server and another.
pub(super) trait Kind {
    /// Its name in messages.
    const PRODUCT: &'static str;
    /// The signals that ask it to stop, each with what it gets to follow; then it is killed.
    const STOPPING: &'static [(i32, Duration)];

    /// The command that runs it on this port, for the given attempt.
    fn command(&self, attempt: usize, port: u16) -> Result<Command>;

    /// Whether it accepts connections.
    fn is_ready(&self, attempt: usize, process: u32) -> bool;

    /// What it said last.
    fn said(&self, attempt: usize) -> String;
}

/// A server that accepts connections. Dropping it stops it.
#[derive(Debug)]
pub(super) struct Daemon {
    product: &'static str,
    stopping: &'static [(i32, Duration)],
    child: Child,
    port: u16,
}

impl Daemon {
    /// Starts it on a free port of the loopback interface and waits until it is ready.
    ///
    /// # Errors
    /// When it ends by itself, or is not ready in time; the error holds the end of its log.
    pub(super) fn start<K: Kind>(kind: &K, interrupts: &Interrupts) -> Result<Self> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let port = free_port()?;
            // Its own group: a Ctrl-C in the terminal is for the tests, which still need the server.
            let child = kind.command(attempt, port)?.process_group(0).stdin(Stdio::null()).spawn();
            let child =
                child.map_err(|error| Stop::because(format!("could not start {}", K::PRODUCT), error))?;
            let mut daemon = Self { product: K::PRODUCT, stopping: K::STOPPING, child, port };
            if daemon.is_up(kind, attempt, interrupts)? {
                return Ok(daemon);
            }
            let said = kind.said(attempt);
            if attempt == ATTEMPTS || !said.contains("Address already in use") {
                return Err(Stop::because(format!("{} did not start", K::PRODUCT), said));
            }
        }
    }

    /// The TCP port on 127.0.0.1.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Waits until it answers (`true`), or has ended or its time is up (`false`).
    fn is_up<K: Kind>(&mut self, kind: &K, attempt: usize, interrupts: &Interrupts) -> Result<bool> {
        let deadline = Instant::now() + STARTING;
        while Instant::now() < deadline {
            interrupts.check()?;
            if process::ended(&mut self.child)?.is_some() {
                return Ok(false);
            }
            if kind.is_ready(attempt, self.child.id()) {
                return Ok(true);
            }
            std::thread::sleep(POLL);
        }
        Ok(false)
    }

    fn stop(&mut self) -> Result<()> {
        for &(signal, patience) in self.stopping {
            if process::ended(&mut self.child)?.is_some() {
                return Ok(());
            }
            // To the server only: it ends its sessions.
            process::send(signal, &self.child, false);
            let deadline = Instant::now() + patience;
            while Instant::now() < deadline {
                if process::ended(&mut self.child)?.is_some() {
                    return Ok(());
                }
                std::thread::sleep(POLL);
            }
        }
        let (product, id) = (self.product, self.child.id());
        let killed = self.child.kill().and_then(|()| self.child.wait());
        killed
            .map(|_| ())
            .map_err(|error| Stop::because(format!("could not stop {product}, process {id}"), error))
    }
}

impl Drop for Daemon {
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
