//! A cluster's files: made once, before the server starts.

use std::fs;
use std::path::{Path, PathBuf};

use super::binaries::Binaries;
use super::{DATABASE, ROLES, roles};
use crate::error::{Result, Stop};
use crate::process::{self, Interrupts};
use crate::servers::account::Account;
use crate::servers::program::{program, succeed};

/// How the variables begin by which PostgreSQL's programs are told things.
pub(super) const SETTINGS_PREFIX: &str = "PG";
/// The cluster's superuser. It has no password, so under [`HBA`] nobody can connect as it.
const SUPERUSER: &str = "tenancy_cluster";
/// Who may connect, and how.
const HBA: &str = "\
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
";

/// The cluster's data in the scratch directory.
pub(super) fn data_in(scratch: &Path) -> PathBuf {
    scratch.join("data")
}

/// Makes the cluster, its roles and its database.
///
/// # Errors
/// When a program fails; the error holds the end of what it said, never a password.
pub(super) fn set_up(
    binaries: &Binaries,
    account: &Account,
    scratch: &Path,
    passwords: &[String; ROLES.len()],
    interrupts: &Interrupts,
) -> Result<()> {
    let data = data_in(scratch);
    let log = scratch.join("set-up.log");

    let mut initdb = program(&binaries.initdb, SETTINGS_PREFIX, account, scratch, &log)?;
    initdb.arg("-D").arg(&data);
    initdb.args(["-U", SUPERUSER, "--auth=reject", "--encoding=UTF8", "--locale=C", "--no-sync"]);
    succeed("initdb", process::run_helper(&mut initdb, "", interrupts)?.success(), &log)?;

    let hba = data.join("pg_hba.conf");
    fs::write(&hba, HBA)
        .map_err(|error| Stop::because(format!("could not write `{}`", hba.display()), error))?;

    // The single-user backend reads the passwords from its input: no command line, file or log has them.
    let mut single = program(&binaries.postgres, SETTINGS_PREFIX, account, scratch, &log)?;
    single.arg("--single").arg("-D").arg(&data);
    for setting in [
        "exit_on_error=on",
        "fsync=off",
        "password_encryption=scram-sha-256",
        "log_min_error_statement=panic",
    ] {
        single.args(["-c", setting]);
    }
    single.arg("template1");
    let sql = roles::set_up_sql(passwords, DATABASE);
    succeed("setting up the roles", process::run_helper(&mut single, &sql, interrupts)?.success(), &log)
}
