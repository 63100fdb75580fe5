//! Whom a server runs as: database servers refuse to run as root.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::error::{Result, Stop};

/// The operating system's user a server runs as.
#[derive(Debug, Clone, Copy)]
pub(super) enum Account {
    /// The one that runs us.
    Ourselves,
    /// Another one, since we are root.
    Other { user: u32, group: u32 },
}

impl Account {
    /// Ourselves, or as root the first of `candidates` that exists.
    ///
    /// # Errors
    /// When we are root and none exists.
    pub(super) fn for_server(product: &str, candidates: &[&str]) -> Result<Self> {
        match id(&["-u"]) {
            Some(0) => {}
            Some(_) => return Ok(Self::Ourselves),
            None => return Err(Stop::Failed("could not learn who runs xtask: `id -u` failed".to_owned())),
        }
        let other = |name: &&str| Some(Self::Other { user: id(&["-u", name])?, group: id(&["-g", name])? });
        candidates.iter().find_map(other).ok_or_else(|| {
            Stop::Failed(format!(
                "{product} refuses to run as root: create one of the users {}, or run xtask as another user",
                candidates.join(", ")
            ))
        })
    }

    /// Makes the command run as this user. The standard library drops root's other groups with it.
    pub(super) fn apply(self, command: &mut Command) {
        if let Self::Other { user, group } = self {
            command.uid(user).gid(group);
        }
    }

    /// Hands a directory over.
    ///
    /// # Errors
    /// When we may not, or when the user cannot reach it: a directory above it may be closed to others.
    pub(super) fn own(self, directory: &Path) -> Result<()> {
        let Self::Other { user, group } = self else { return Ok(()) };
        let shown = directory.display();
        chown(directory, Some(user), Some(group))
            .map_err(|error| Stop::because(format!("could not hand `{shown}` to user {user}"), error))?;
        let mut probe = Command::new("sh");
        probe.args(["-c", ":"]).current_dir(directory);
        self.apply(&mut probe);
        probe.status().map(drop).map_err(|error| {
            let what = format!(
                "user {user}, which the server runs as, cannot enter `{shown}`; set TMPDIR to a directory every user can enter"
            );
            Stop::because(what, error)
        })
    }
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().parse().ok())?
}
