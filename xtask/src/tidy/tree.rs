//! The repository's text files, read once.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::source;
use crate::error::{Result, Stop};

/// The kinds the rules look at.
const EXTENSIONS: [&str; 4] = ["rs", "md", "toml", "sql"];
/// What is not ours: build output at any depth, the store of git, run-time data at the root (`.gitignore`).
const SKIPPED: [&str; 2] = ["target", ".git"];
const SKIPPED_AT_ROOT: [&str; 1] = ["data"];

/// A text file.
#[derive(Debug)]
pub(super) struct File {
    /// Relative to the repository's root.
    pub(super) path: PathBuf,
    /// As it is.
    pub(super) text: String,
    /// For Rust: the text with comments, strings and characters blanked. Otherwise empty.
    pub(super) code: String,
}

impl File {
    fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        let (path, text) = (path.into(), text.into());
        let rust = path.extension() == Some(OsStr::new("rs"));
        let code = if rust { source::code_only(&text) } else { String::new() };
        Self { path, text, code }
    }
}

/// The files, sorted by path.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) files: Vec<File>,
    /// Every path there is, also of files nobody reads and of directories.
    pub(super) paths: BTreeSet<PathBuf>,
}

impl Tree {
    /// Reads what is below `root`.
    ///
    /// # Errors
    /// When a directory or a file cannot be read.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let mut tree = Self::default();
        tree.add(root, Path::new(""))?;
        tree.files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(tree)
    }

    fn add(&mut self, root: &Path, directory: &Path) -> Result<()> {
        let here = root.join(directory);
        let failed = |error| Stop::because(format!("could not read `{}`", here.display()), error);
        for entry in fs::read_dir(&here).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = directory.join(entry.file_name());
            let kind = entry.file_type().map_err(failed)?;
            let is_skipped = |names: &[&str]| names.iter().any(|name| entry.file_name() == OsStr::new(name));
            if kind.is_dir() {
                let at_root = directory.as_os_str().is_empty();
                if is_skipped(&SKIPPED) || (at_root && is_skipped(&SKIPPED_AT_ROOT)) {
                    continue;
                }
                self.add(root, &path)?;
            } else if kind.is_file()
                && EXTENSIONS.iter().any(|known| path.extension() == Some(OsStr::new(known)))
            {
                let bytes = fs::read(entry.path())
                    .map_err(|error| Stop::because(format!("could not read `{}`", path.display()), error))?;
                self.files.push(File::new(path.clone(), String::from_utf8_lossy(&bytes)));
            }
            self.paths.insert(path);
        }
        Ok(())
    }

    /// A tree out of samples.
    #[cfg(test)]
    pub(super) fn of(samples: &[(&str, &str)]) -> Self {
        let files: Vec<File> = samples.iter().map(|(path, text)| File::new(*path, *text)).collect();
        let paths = files.iter().flat_map(|file| file.path.ancestors().map(Path::to_path_buf)).collect();
        Self { files, paths }
    }

    /// The files of one kind, by extension.
    pub(super) fn with(&self, extension: &'static str) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| file.path.extension() == Some(OsStr::new(extension)))
    }
}
