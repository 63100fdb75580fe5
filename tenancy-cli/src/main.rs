//! The `tenancy` command. It prints its version; its subcommands come with the lifecycle and
//! migration work they call.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    writeln!(std::io::stdout(), "tenancy {}", env!("CARGO_PKG_VERSION"))
}
