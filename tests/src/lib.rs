//! What the suites share: worlds of two tenants on every backend and isolation.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot be set up fails"
)]

mod docs;
pub mod heads;
pub mod migrations;
pub mod schema;
pub mod servers;
pub mod world;
