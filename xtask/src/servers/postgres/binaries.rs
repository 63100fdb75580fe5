//! Where PostgreSQL's server programs are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Result, Stop};

/// The oldest release that has `pg_database_owner`, which the set-up names.
const OLDEST: u32 = 14;
/// Debian's versions, each in a directory of its own that is in no PATH.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The programs of one installation. `pg_ctl` is not needed: the server is our own child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::servers) struct Binaries {
    pub(super) initdb: PathBuf,
    pub(super) postgres: PathBuf,
    /// The major version.
    pub(super) major: u32,
}

impl Binaries {
    /// The first usable installation: those in PATH, then Debian's, newest first.
    ///
    /// # Errors
    /// When there are only too old ones: installing would not help where the distribution is too old.
    pub(super) fn find() -> Result<Option<Self>> {
        let mut too_old = None;
        for directory in candidates(&env::var_os("PATH").unwrap_or_default(), Path::new(DEBIAN)) {
            let (initdb, postgres) = (directory.join("initdb"), directory.join("postgres"));
            match version_of(&postgres) {
                Some(major) if major >= OLDEST => return Ok(Some(Self { initdb, postgres, major })),
                Some(major) => too_old = Some((postgres, major)),
                None => {}
            }
        }
        match too_old {
            None => Ok(None),
            Some((path, major)) => Err(Stop::Failed(format!(
                "`{}` is PostgreSQL {major}: install {OLDEST} or newer, or put its bin directory first in PATH",
                path.display()
            ))),
        }
    }
}

/// Every directory that holds both programs, best first.
fn candidates(path: &std::ffi::OsStr, debian: &Path) -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(debian)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    env::split_paths(path)
        .filter(|directory| directory.is_absolute())
        .chain(versions.into_iter().map(|(_, directory)| directory))
        .filter(|directory| ["initdb", "postgres"].iter().all(|name| directory.join(name).is_file()))
        .collect()
}

fn version_of(postgres: &Path) -> Option<u32> {
    let output = Command::new(postgres).arg("--version").output().ok()?;
    major_in(&String::from_utf8_lossy(&output.stdout))
}

/// The 15 of `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`, the 18 of `… 18beta1`.
fn major_in(text: &str) -> Option<u32> {
    let version = text.split_once("(PostgreSQL)")?.1.trim_start();
    let digits = version.find(|c: char| !c.is_ascii_digit()).map_or(version, |end| &version[..end]);
    digits.parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::super::super::scratch::Scratch;
    use super::*;

    fn install(directory: &Path, names: &[&str]) {
        fs::create_dir_all(directory).unwrap();
        for name in names {
            fs::write(directory.join(name), "").unwrap();
        }
    }

    #[test]
    fn path_goes_first_then_the_newest_and_halves_are_passed_over() {
        let scratch = Scratch::new().unwrap();
        let root = scratch.path();
        let both = ["initdb", "postgres"];
        install(&root.join("path"), &both);
        install(&root.join("half"), &["postgres"]);
        for version in ["9.6", "14", "9", "17"] {
            install(&root.join("debian").join(version).join("bin"), &both);
        }
        install(&root.join("debian/18/bin"), &["initdb"]);
        let path =
            env::join_paths([root.join("half"), PathBuf::from("relative"), root.join("path")]).unwrap();
        let found = candidates(&path, &root.join("debian"));
        let expected = ["path", "debian/17/bin", "debian/14/bin", "debian/9/bin"].map(|tail| root.join(tail));
        assert_eq!(found, expected);
    }

    #[test]
    fn nothing_installed_is_no_candidate() {
        assert!(candidates("".as_ref(), Path::new("/nonexistent")).is_empty());
    }

    #[test]
    fn versions_are_read() {
        assert_eq!(major_in("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"), Some(15));
        assert_eq!(major_in("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major_in("postgres: command not found"), None);
    }
}
