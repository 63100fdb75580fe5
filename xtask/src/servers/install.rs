//! Installing a Debian package, where that is possible and allowed.

use std::path::Path;
use std::process::Command;

use crate::error::Result;
use crate::process::{self, Interrupts};

/// What is to be installed.
#[derive(Debug)]
pub(super) struct Package {
    /// The Debian package.
    pub(super) name: &'static str,
    /// What comes before the installation, in a shell that stops at the first failure.
    pub(super) prepare: &'static str,
}

/// Installs it. The inner error says in words why it could not be.
///
/// # Errors
/// When a signal came meanwhile, or the shell cannot be started.
pub(super) fn install(
    package: &Package,
    interrupts: &Interrupts,
) -> Result<std::result::Result<(), &'static str>> {
    if !Path::new("/etc/debian_version").exists() {
        return Ok(Err("this is not a Debian, so xtask cannot install it"));
    }
    let mut command = match privileges() {
        Some(Privileges::Root) => Command::new("sh"),
        Some(Privileges::Sudo) => {
            let mut sudo = Command::new("sudo");
            sudo.args(["-n", "sh"]);
            sudo
        }
        None => return Ok(Err("installing it needs root, or a sudo that asks for no password")),
    };
    let Package { name, prepare } = package;
    eprintln!("xtask: installing the Debian package `{name}`");
    let script = format!(
        "set -e\nexec >&2\ntrap 'exit 1' HUP INT TERM\n{prepare}\nexport DEBIAN_FRONTEND=noninteractive\n\
         apt-get update\napt-get install -y --no-install-recommends {name}\n"
    );
    // A helper's group is its own and its input is closed: dpkg asks nothing, and one signal ends it all.
    let status = process::run_helper(command.args(["-c", &script]), "", interrupts)?;
    Ok(if status.success() { Ok(()) } else { Err("apt-get failed, see its output above") })
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
