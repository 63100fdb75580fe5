//! The program, running on a port of its own for one test.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::{fs, str};

use crate::http::{Response, exchange};

const PROGRAM: &str = env!("CARGO_BIN_EXE_quickstart");
/// What stands before the port in the line that says where to look.
const AT: &str = "http://localhost:";

pub(crate) struct App {
    child: Child,
    output: BufReader<ChildStdout>,
    printed: String,
    port: u16,
    keep_data: bool,
}

impl App {
    /// Starts it at a port that is free.
    pub(crate) fn start() -> Self {
        Self::start_at(0)
    }

    /// Starts it, and waits until it says where it listens.
    fn start_at(port: u16) -> Self {
        let child = Command::new(PROGRAM).env("PORT", port.to_string()).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let (mut printed, mut port) = (String::new(), None);
        while port.is_none() {
            let mut line = String::new();
            assert_ne!(output.read_line(&mut line).unwrap(), 0, "it ended after printing:\n{printed}");
            port =
                line.split_once(AT).map(|(_, rest)| rest.trim_end().trim_end_matches('/').parse().unwrap());
            printed.push_str(&line);
        }
        Self { child, output, printed, port: port.unwrap(), keep_data: false }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// One request, to `path` of this program.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[&str], body: &str) -> Response {
        exchange(self.port, method, path, headers, body)
    }

    /// Stops it, and starts it again at the same port, with the files it has left.
    pub(crate) fn start_again(mut self) -> Self {
        self.keep_data = true;
        let port = self.port;
        drop(self);
        Self::start_at(port)
    }

    /// Stops it, and gives everything it has printed.
    pub(crate) fn stop(mut self) -> String {
        // Only a program that serves has printed all.
        assert_eq!(self.send("GET", "/", &[], "").status, 200);
        self.child.kill().unwrap();
        self.output.read_to_string(&mut self.printed).unwrap();
        std::mem::take(&mut self.printed)
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if !self.keep_data {
            let data = Path::new(PROGRAM).with_file_name("quickstart-data").join(self.port.to_string());
            let _ = fs::remove_dir_all(data);
        }
    }
}

/// Runs it with this `PORT` where it cannot start; gives what it says.
pub(crate) fn refused(port: &str) -> String {
    let output = Command::new(PROGRAM).env("PORT", port).output().unwrap();
    assert!(!output.status.success());
    str::from_utf8(&output.stderr).unwrap().to_owned()
}
