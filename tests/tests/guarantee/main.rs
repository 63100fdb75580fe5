//! `docs/guarantee.md`: what holds it to the tests, and the proofs that are neither a form of the suite nor a
//! program that must not compile.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod called;
mod catalogue;
mod connections;
mod diesels_own;
mod edges;
mod global;
mod locks;
mod named_tests;
mod newer;
mod sqlite;
mod surface;
mod text;
mod wide;
