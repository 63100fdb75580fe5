//! Where MariaDB's server programs are.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::USERS;
use crate::error::{Result, Stop};
use crate::process::Interrupts;
use crate::servers::install::{self, Package};

/// The oldest release on which every statement of ours can be prepared.
const OLDEST: (u32, u32) = (10, 6);
/// Where the server is on Debian, and in no PATH but root's.
const BESIDES: [&str; 2] = ["/usr/sbin", "/usr/local/sbin"];
/// The server without the service around it: nothing is started that nobody asked for.
const PACKAGE: Package = Package { name: "mariadb-server-core", prepare: "" };

/// The statements that make the system's tables, from where the server is: releases differ in both names.
const TABLES: [&str; 4] = [
    "../share/mysql/mysql_system_tables.sql",
    "../share/mariadb/mariadb_system_tables.sql",
    "../share/mysql/mariadb_system_tables.sql",
    "../share/mariadb/mysql_system_tables.sql",
];

/// One installation. `mariadb-install-db` is not needed: it feeds the server what we feed it.
#[derive(Debug)]
pub(in crate::servers) struct Binaries {
    pub(super) server: PathBuf,
    pub(super) tables: PathBuf,
    pub(super) version: (u32, u32),
}

impl Binaries {
    /// What is installed, or else what the Debian package brings.
    ///
    /// # Errors
    /// When there is no usable MariaDB and none can be installed.
    pub(in crate::servers) fn find_or_install(interrupts: &Interrupts) -> Result<Self> {
        if let Some(binaries) = Self::find()? {
            return Ok(binaries);
        }
        install::install(&PACKAGE, interrupts)?.map_err(unavailable)?;
        Self::find()?.ok_or_else(|| unavailable("the package is installed, but has no such files"))
    }

    /// The first installation in PATH, then Debian's.
    ///
    /// # Errors
    /// When it is too old: installing would not help where the distribution is too old.
    fn find() -> Result<Option<Self>> {
        let path = env::var_os("PATH").unwrap_or_default();
        let Some((server, tables)) = directories(&path).find_map(|directory| installed_in(&directory)) else {
            return Ok(None);
        };
        match version_of(&server) {
            Some(version) if version >= OLDEST => Ok(Some(Self { server, tables, version })),
            Some((major, minor)) => Err(Stop::Failed(format!(
                "`{}` is MariaDB {major}.{minor}: install {}.{} or newer, or put its directory first in PATH",
                server.display(),
                OLDEST.0,
                OLDEST.1
            ))),
            None => Ok(None),
        }
    }
}

fn directories(path: &OsStr) -> impl Iterator<Item = PathBuf> {
    env::split_paths(path).filter(|directory| directory.is_absolute()).chain(BESIDES.map(PathBuf::from))
}

/// The server in this directory, and its system's tables.
fn installed_in(directory: &Path) -> Option<(PathBuf, PathBuf)> {
    let server = directory.join("mariadbd");
    // Where a distribution links its directories, the files are beside the real one.
    let real = server.canonicalize().ok()?;
    let tables = TABLES.iter().map(|file| real.with_file_name(file)).find(|file| file.is_file())?;
    Some((server, tables))
}

fn version_of(server: &Path) -> Option<(u32, u32)> {
    let output = Command::new(server).args(["--no-defaults", "--version"]).output().ok()?;
    version_in(&String::from_utf8_lossy(&output.stdout))
}

/// The 10.11 of `mariadbd  Ver 10.11.14-MariaDB-0+deb12u2 for debian-linux-gnu on x86_64`.
fn version_in(text: &str) -> Option<(u32, u32)> {
    let (version, _) = text.split_once("Ver ")?.1.split_once("-MariaDB")?;
    let mut numbers = version.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn unavailable(why: &str) -> Stop {
    let variables = USERS.map(|user| user.variable).join(", ");
    Stop::Failed(format!(
        "MariaDB's server (mariadbd, and its system tables beside it) was not found: {why}. Install MariaDB {}.{} or \
         newer and put it into PATH, or set {variables} to use a server of your own",
        OLDEST.0, OLDEST.1
    ))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::fs;

    use super::*;
    use crate::servers::scratch::Scratch;

    #[test]
    fn a_server_without_its_tables_is_passed_over() {
        let scratch = Scratch::new().unwrap();
        for (prefix, files) in [("half", &["sbin/mariadbd"][..]), ("whole", &["sbin/mariadbd", TABLES[1]])] {
            for file in files {
                let file = scratch.path().join(prefix).join(file.trim_start_matches("../"));
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, "").unwrap();
            }
        }
        assert_eq!(installed_in(&scratch.path().join("none")), None);
        assert_eq!(installed_in(&scratch.path().join("half/sbin")), None);
        let (server, tables) = installed_in(&scratch.path().join("whole/sbin")).unwrap();
        assert_eq!(server, scratch.path().join("whole/sbin/mariadbd"));
        assert!(tables.ends_with("../share/mariadb/mariadb_system_tables.sql"), "{}", tables.display());
    }

    #[test]
    fn versions_are_read() {
        let text = "mariadbd  Ver 10.11.14-MariaDB-0+deb12u2 for debian-linux-gnu on x86_64 (Debian 12)\n";
        assert_eq!(version_in(text), Some((10, 11)));
        assert_eq!(version_in("/usr/sbin/mysqld  Ver 8.0.40 for Linux on x86_64"), None);
        assert_eq!(version_in(""), None);
    }
}
