//! A minute of the leak fuzzer.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::Command;

/// Threats 1, 2, 3, 5 and 6: no answer to random operations of many tenants is another's.
#[test]
fn a_minute_of_random_operations_finds_no_leak() {
    let status = Command::new(env!("CARGO_BIN_EXE_fuzz")).arg("60").status().unwrap();
    assert!(status.success(), "what it found is printed above, with the seed");
}
