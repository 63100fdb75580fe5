//! A copy of the workspace, to be spoilt.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Result, Stop};

/// What is not copied, at any depth.
const SKIPPED: [&str; 3] = ["target", ".git", "data"];

/// Makes `to` what `from` is. A file that is the same already is left alone, so that what depends on it is not
/// built again.
///
/// # Errors
/// When a file cannot be read or written.
pub(super) fn refresh(from: &Path, to: &Path) -> Result<()> {
    let failed = |path: &Path| {
        let what = format!("could not copy `{}`", path.display());
        move |error: std::io::Error| Stop::because(what, error)
    };
    fs::create_dir_all(to).map_err(failed(to))?;
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(from).map_err(failed(from))? {
        let entry = entry.map_err(failed(from))?;
        let name = PathBuf::from(entry.file_name());
        if SKIPPED.iter().any(|skipped| name.as_os_str() == *skipped) {
            continue;
        }
        let (source, target) = (entry.path(), to.join(&name));
        names.insert(name);
        if source.is_dir() {
            refresh(&source, &target)?;
            continue;
        }
        let text = fs::read(&source).map_err(failed(&source))?;
        if fs::read(&target).ok().as_ref() != Some(&text) {
            fs::write(&target, text).map_err(failed(&target))?;
        }
    }
    for entry in fs::read_dir(to).map_err(failed(to))? {
        let entry = entry.map_err(failed(to))?;
        let path = entry.path();
        if !names.contains(Path::new(&entry.file_name())) {
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            removed.map_err(failed(&path))?;
        }
    }
    Ok(())
}
