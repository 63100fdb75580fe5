//! `cargo xtask tidy`: what the compiler and clippy cannot check about this repository.

mod rules;
mod source;
mod tree;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::error::Result;
use tree::Tree;

/// A place that breaks a rule, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    /// Relative to the repository's root.
    path: PathBuf,
    /// Counted from 1.
    line: usize,
    what: String,
}

impl Finding {
    fn new(path: &Path, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_path_buf(), line, what: what.into() }
    }
}

/// A rule's name and what finds its breaches.
type Rule = (&'static str, fn(&Tree) -> Vec<Finding>);

const RULES: [Rule; 7] = [
    ("lints", rules::manifests::lints_are_inherited),
    ("size", rules::sizes::no_long_files),
    ("words", rules::words::no_banned_words),
    ("whitespace", rules::whitespace::is_clean),
    ("layers", rules::layers::rooms_keep_their_layers),
    ("links", rules::markdown::links_resolve),
    ("paths", rules::markdown::no_machine_paths),
];

/// Runs every rule and prints each finding as `file:line: what to do`.
///
/// # Errors
/// When the repository cannot be read. Findings are no error but exit code 1.
pub(crate) fn run(root: &Path) -> Result<ExitCode> {
    let tree = Tree::read(root)?;
    let mut count = 0;
    for (name, check) in RULES {
        for finding in check(&tree) {
            println!("{}:{}: {} [{name}]", finding.path.display(), finding.line, finding.what);
            count += 1;
        }
    }
    if count == 0 {
        println!("tidy: {} files, nothing to do", tree.files.len());
        return Ok(ExitCode::SUCCESS);
    }
    println!("tidy: {count} to do");
    Ok(ExitCode::FAILURE)
}
