//! A directory that is removed when the run ends.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::secret::random_hex;
use crate::error::{Result, Stop};

/// The operating system refuses a socket's path from 108 bytes on, 104 on macOS; `/.s.PGSQL.65535` is
/// part of it.
const LONGEST: usize = 80;

/// A fresh directory only its owner can enter. Dropping it removes it and all it holds.
#[derive(Debug)]
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// Makes one in the system's temporary directory.
    ///
    /// # Errors
    /// When it cannot be made there.
    pub(super) fn new() -> Result<Self> {
        let name = format!("tenancy-xtask-{}", random_hex(6)?);
        let path = Some(std::env::temp_dir().join(&name))
            .filter(|path| path.as_os_str().len() <= LONGEST)
            .unwrap_or_else(|| Path::new("/tmp").join(&name));
        DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .map_err(|error| Stop::because(format!("could not make `{}`", path.display()), error))?;
        Ok(Self(path))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("xtask: could not remove `{}`, remove it by hand: {error}", self.0.display());
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn it_is_private_and_goes_away() {
        let scratch = Scratch::new().unwrap();
        let path = scratch.path().to_path_buf();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        fs::write(path.join("file"), "x").unwrap();
        drop(scratch);
        assert!(!path.exists());
    }
}
