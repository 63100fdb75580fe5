//! The data directory: made once, before the server starts.

use std::fs;
use std::path::{Path, PathBuf};

use super::binaries::Binaries;
use super::{DATABASE, USERS, users};
use crate::error::{Result, Stop};
use crate::process::{self, Interrupts};
use crate::servers::account::Account;
use crate::servers::program::{program, succeed};

/// How the variables begin by which MariaDB's programs are told things.
pub(super) const SETTINGS_PREFIX: &str = "MYSQL";
/// What every start has: small, and without a thought for a power cut.
pub(super) const SETTINGS: [&str; 8] = [
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=16M",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--key-buffer-size=1M",
    "--aria-pagecache-buffer-size=8M",
    "--performance-schema=0",
    "--skip-name-resolve",
];

/// Where the data is in the scratch directory.
pub(super) fn data_in(scratch: &Path) -> PathBuf {
    scratch.join("data")
}

/// Makes the system's tables, the users and the database, in one go.
///
/// # Errors
/// When a program fails; the error holds the end of what it said, never a password.
pub(super) fn set_up(
    binaries: &Binaries,
    account: &Account,
    scratch: &Path,
    passwords: &[String; USERS.len()],
    interrupts: &Interrupts,
) -> Result<()> {
    let data = data_in(scratch);
    let log = scratch.join("set-up.log");
    fs::create_dir(&data)
        .map_err(|error| Stop::because(format!("could not make `{}`", data.display()), error))?;
    account.own(&data)?;
    let tables = fs::read_to_string(&binaries.tables)
        .map_err(|error| Stop::because(format!("could not read `{}`", binaries.tables.display()), error))?;

    // The bootstrap server reads the passwords from its input: no command line, file or log has them. Without the
    // initial data there is no account but ours.
    let mut bootstrap = program(&binaries.server, SETTINGS_PREFIX, account, scratch, &log)?;
    bootstrap.args(["--no-defaults", "--bootstrap", "--silent-startup", "--log-warnings=0"]);
    bootstrap.arg(format!("--datadir={}", data.display())).args(SETTINGS);
    let users = users::set_up_sql(passwords, DATABASE);
    let sql = format!("CREATE DATABASE mysql;\nUSE mysql;\n{tables}\n{users}");
    succeed("setting up MariaDB", process::run_helper(&mut bootstrap, &sql, interrupts)?.success(), &log)
}
