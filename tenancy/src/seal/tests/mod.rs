//! What is sealed, opened, altered, moved, kept and rotated.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod any_text;
#[cfg(feature = "sqlite")]
mod at_rest;
mod conformance;
mod fixture;
mod known;
mod records;
mod ring;
mod rotation;
mod tampered;
mod troubled;
