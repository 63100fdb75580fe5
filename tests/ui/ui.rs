//! The programs that must and must not compile, and what the compiler says about the latter.
#![allow(clippy::expect_used, clippy::print_stderr, reason = "a test fails by panicking")]

use std::process::Command;

/// The compiler whose words the `.stderr` files hold. Another one words its part differently.
const COMPILER: &str = "rustc 1.95.";

/// One `TestCases`, so that the programs share one build of everything they depend on.
///
/// `TRYBUILD=overwrite cargo test -p tenancy-ui` writes the `.stderr` files anew: read each as
/// the user whose terminal it fills.
#[test]
fn programs() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*/*.rs");
    let compiler = compiler();
    if compiler.starts_with(COMPILER) {
        cases.compile_fail("fail/*/*.rs");
    } else {
        eprintln!(
            "ui/fail is skipped: its messages are those of `{COMPILER}x`, and this is `{}`",
            compiler.trim()
        );
    }
}

fn compiler() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("`rustc --version` runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
