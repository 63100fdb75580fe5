//! Installing the Debian package, where that is possible and allowed.

use std::path::Path;
use std::process::Command;

use super::ROLES;
use super::binaries::Binaries;
use crate::error::{Result, Stop};
use crate::process::{self, Interrupts};

/// Debian starts a cluster of its own when the package is installed. For as long as the installation
/// takes, postgresql-common is told not to: no server is left behind that nobody asked for.
const SCRIPT: &str = r#"set -e
exec >&2
directory=/etc/postgresql-common/createcluster.d
mkdir -p "$directory"
trap 'rm -f "$directory/tenancy-xtask.conf"' EXIT
trap 'exit 1' HUP INT TERM
echo 'create_main_cluster = false' > "$directory/tenancy-xtask.conf"
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends postgresql
"#;

/// Installs the package `postgresql` and looks for the programs again.
///
/// # Errors
/// When this is no Debian, we are not permitted, or the installation fails.
pub(super) fn install(interrupts: &Interrupts) -> Result<Binaries> {
    if !Path::new("/etc/debian_version").exists() {
        return Err(unavailable("this is not a Debian, so xtask cannot install it"));
    }
    let mut command = match privileges() {
        Some(Privileges::Root) => Command::new("sh"),
        Some(Privileges::Sudo) => {
            let mut sudo = Command::new("sudo");
            sudo.args(["-n", "sh"]);
            sudo
        }
        None => return Err(unavailable("installing it needs root, or a sudo that asks for no password")),
    };
    eprintln!("xtask: installing the Debian package `postgresql`");
    // A helper's group is its own and its input is closed: dpkg asks nothing, and one signal ends it all.
    let status = process::run_helper(command.args(["-c", SCRIPT]), "", interrupts)?;
    if !status.success() {
        return Err(unavailable("apt-get failed, see its output above"));
    }
    Binaries::find()?.ok_or_else(|| unavailable("the package is installed, but has no initdb and postgres"))
}

enum Privileges {
    Root,
    Sudo,
}

fn privileges() -> Option<Privileges> {
    let succeeds = |program: &str, arguments: &[&str]| {
        Command::new(program).args(arguments).output().ok().filter(|output| output.status.success())
    };
    if succeeds("id", &["-u"]).is_some_and(|output| output.stdout.trim_ascii() == b"0") {
        return Some(Privileges::Root);
    }
    succeeds("sudo", &["-n", "true"]).map(|_| Privileges::Sudo)
}

fn unavailable(why: &str) -> Stop {
    let variables = ROLES.map(|role| role.variable).join(", ");
    Stop::Failed(format!(
        "PostgreSQL's server programs (initdb, postgres) were not found: {why}. Install PostgreSQL 14 or newer \
         and put its bin directory into PATH, or set {variables} to use a server of your own"
    ))
}
