//! Children that do not outlive us: every wait also watches for a signal that asks xtask to end.

use std::io::{self, IsTerminal, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

use crate::error::{Result, Stop};

/// How often a wait looks again.
pub(crate) const POLL: Duration = Duration::from_millis(10);
/// What a child gets to end by itself: more than the ten seconds nextest gives its tests.
const GRACE: Duration = Duration::from_secs(15);

/// The last signal that asked xtask to end. Handlers only note it, so that every destructor still runs.
#[derive(Clone, Debug)]
pub(crate) struct Interrupts(Arc<AtomicUsize>);

impl Interrupts {
    /// Takes over SIGINT, SIGTERM, SIGHUP and SIGQUIT.
    pub(crate) fn install() -> Result<Self> {
        let last = Arc::new(AtomicUsize::new(0));
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
            signal_hook::flag::register_usize(signal, Arc::clone(&last), signal.unsigned_abs() as usize)
                .map_err(|error| Stop::because(format!("could not handle signal {signal}"), error))?;
        }
        Ok(Self(last))
    }

    /// The signal that came, if one did.
    pub(crate) fn pending(&self) -> Option<i32> {
        i32::try_from(self.0.load(Ordering::SeqCst)).ok().filter(|signal| *signal != 0)
    }

    /// An error once a signal has come.
    pub(crate) fn check(&self) -> Result<()> {
        self.pending().map_or(Ok(()), |signal| Err(Stop::Signal(signal)))
    }
}

/// Runs a command in the foreground on our own streams.
///
/// # Errors
/// When it cannot be started, and [`Stop::Signal`] when a signal came meanwhile; the command has ended then.
pub(crate) fn run(command: &mut Command, interrupts: &Interrupts) -> Result<ExitStatus> {
    interrupts.check()?;
    // A command that may read from the terminal must stay in the terminal's foreground group. Any other
    // gets a group of its own, so that one signal reaches it and what it has started.
    let foreground = io::stdin().is_terminal();
    if !foreground {
        command.process_group(0);
    }
    let mut child = spawn(command)?;
    wait(&mut child, foreground, interrupts)
}

/// Runs a helper that reads `input` and nothing else, in a process group of its own.
///
/// # Errors
/// As [`run`].
pub(crate) fn run_helper(command: &mut Command, input: &str, interrupts: &Interrupts) -> Result<ExitStatus> {
    interrupts.check()?;
    command.process_group(0).stdin(if input.is_empty() { Stdio::null() } else { Stdio::piped() });
    let mut child = spawn(command)?;
    if let Some(mut pipe) = child.stdin.take() {
        // It may have ended without reading; its exit status tells more than the broken pipe.
        let _ = pipe.write_all(input.as_bytes());
    }
    wait(&mut child, false, interrupts)
}

fn spawn(command: &mut Command) -> Result<Child> {
    command.spawn().map_err(|error| {
        Stop::because(format!("could not start `{}`", command.get_program().display()), error)
    })
}

fn wait(child: &mut Child, foreground: bool, interrupts: &Interrupts) -> Result<ExitStatus> {
    let mut deadline = None;
    loop {
        if let Some(status) = ended(child)? {
            return interrupts.check().map(|()| status);
        }
        match (interrupts.pending(), deadline) {
            // Ctrl-C and a hang-up have reached the whole foreground group: the command decides.
            (Some(signal), None) if !(foreground && signal != SIGTERM) => {
                send(signal, child, !foreground);
                deadline = Some(Instant::now() + GRACE);
            }
            (_, Some(at)) if Instant::now() > at => {
                send(signal_hook::consts::SIGKILL, child, !foreground);
                let _ = child.kill();
            }
            _ => {}
        }
        std::thread::sleep(POLL);
    }
}

/// The status of a child that has ended.
pub(crate) fn ended(child: &mut Child) -> Result<Option<ExitStatus>> {
    child
        .try_wait()
        .map_err(|error| Stop::because(format!("could not wait for process {}", child.id()), error))
}

/// Sends a signal to a child that nobody has waited for yet, so that its number is still its own; with
/// `group`, to the process group it leads. A child that has just ended is no error.
pub(crate) fn send(signal: i32, child: &Child, group: bool) {
    let target = if group { format!("-{}", child.id()) } else { child.id().to_string() };
    // The shell's own `kill`: the standard library has none, and slim images lack the program.
    let _ = Command::new("sh")
        .args(["-c", "kill -s \"$1\" -- \"$2\"", "sh", &signal.to_string(), &target])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .status();
}

/// What a shell would report: the exit code, or 128 and the signal that ended it.
pub(crate) fn code_of(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1)
}

/// A code as an exit code; what does not fit is a plain failure.
pub(crate) fn exit_code(code: i32) -> ExitCode {
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn quiet() -> Interrupts {
        Interrupts(Arc::new(AtomicUsize::new(0)))
    }

    #[test]
    fn a_helper_reads_its_input_and_its_status_is_kept() {
        let mut command = Command::new("sh");
        command.args(["-c", "read word; test \"$word\" = right && exit 7"]);
        let status = run_helper(&mut command, "right\n", &quiet()).unwrap();
        assert_eq!(code_of(status), 7);
    }

    #[test]
    fn a_signal_ends_the_command_and_its_group() {
        let interrupts = quiet();
        let flag = interrupts.clone();
        let ringer = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(100));
            flag.0.store(SIGTERM.unsigned_abs() as usize, Ordering::SeqCst);
        });
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 600; exit 0"]);
        let begun = Instant::now();
        let end = run_helper(&mut command, "", &interrupts);
        ringer.join().unwrap();
        assert!(matches!(end, Err(Stop::Signal(SIGTERM))));
        assert!(begun.elapsed() < GRACE);
    }

    #[test]
    fn nothing_starts_after_a_signal() {
        let interrupts = quiet();
        interrupts.0.store(2, Ordering::SeqCst);
        assert!(matches!(run_helper(&mut Command::new("false"), "", &interrupts), Err(Stop::Signal(2))));
    }
}
