//! The benchmarks.

mod compile;
mod crates;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use crate::error::{Result, Stop};
use crate::process::Interrupts;

/// What comes first among the arguments says which: `compile`, or the queries' own behind dashes.
///
/// # Errors
/// When the arguments make no sense, or what the benchmark needs cannot be started.
pub(crate) fn run(root: &Path, mut arguments: Vec<OsString>, interrupts: &Interrupts) -> Result<ExitCode> {
    if arguments.first().is_none_or(|first| first != "compile") {
        return crate::commands::bench(root, &crate::after_dashes(arguments)?, interrupts);
    }
    arguments.remove(0);
    match arguments.first() {
        None => compile::run(root, interrupts),
        Some(first) => {
            Err(Stop::Usage(format!("`bench compile` takes no arguments, but got `{}`", first.display())))
        }
    }
}
