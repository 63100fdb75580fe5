//! The `tenancy` command.

mod args;
mod audit;
mod inspect;
mod keys;
mod names;
mod resolve;
mod rls;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Command, Keys, Rls};

/// There is something to tell, and it is not good news.
const FOUND: u8 = 1;
/// What was asked for could not be done.
const FAILED: u8 = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let done = match Args::parse().command {
        Command::Inspect(args) => inspect::run(args).await,
        Command::Rls(Rls::Generate(args)) => rls::generate(args).await,
        Command::Keys(Keys::Generate(args)) => keys::generate(args),
        Command::Keys(Keys::Rotate(args)) => keys::rotate(args).await,
        Command::Audit(command) => audit::run(command).await,
        Command::Names { id } => names::run(&id),
        Command::Resolve { config } => resolve::run(&config).await,
    };
    let (text, code) = match done {
        Ok(done) => done,
        Err(error) => {
            // Where even the error's stream is gone, the exit code has to do.
            let _ = writeln!(std::io::stderr(), "tenancy: {error}");
            return ExitCode::from(FAILED);
        }
    };
    // What has been printed already is followed by nothing.
    let line = if text.is_empty() { "" } else { "\n" };
    match write!(std::io::stdout(), "{text}{line}") {
        Ok(()) => ExitCode::from(code),
        Err(_) => ExitCode::from(FAILED),
    }
}

/// What a command prints, and its exit code; or why it could not. No message has a password in it.
type Done = Result<(String, u8), Box<dyn std::error::Error>>;
