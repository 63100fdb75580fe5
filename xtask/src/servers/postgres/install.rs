//! Installing PostgreSQL.

use super::ROLES;
use super::binaries::Binaries;
use crate::error::{Result, Stop};
use crate::process::Interrupts;
use crate::servers::install::{self, Package};

/// Debian starts a cluster of its own when the package is installed. For as long as the installation
/// takes, postgresql-common is told not to: no server is left behind that nobody asked for.
const PACKAGE: Package = Package {
    name: "postgresql",
    prepare: r#"directory=/etc/postgresql-common/createcluster.d
mkdir -p "$directory"
trap 'rm -f "$directory/tenancy-xtask.conf"' EXIT
echo 'create_main_cluster = false' > "$directory/tenancy-xtask.conf""#,
};

impl Binaries {
    /// What is installed, or else what the Debian package brings.
    ///
    /// # Errors
    /// When there is no usable PostgreSQL and none can be installed.
    pub(in crate::servers) fn find_or_install(interrupts: &Interrupts) -> Result<Self> {
        if let Some(binaries) = Self::find()? {
            return Ok(binaries);
        }
        install::install(&PACKAGE, interrupts)?.map_err(unavailable)?;
        Self::find()?.ok_or_else(|| unavailable("the package is installed, but has no initdb and postgres"))
    }
}

fn unavailable(why: &str) -> Stop {
    let variables = ROLES.map(|role| role.variable).join(", ");
    Stop::Failed(format!(
        "PostgreSQL's server programs (initdb, postgres) were not found: {why}. Install PostgreSQL 14 or newer \
         and put its bin directory into PATH, or set {variables} to use a server of your own"
    ))
}
