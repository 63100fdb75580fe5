//! The quickstart as a person meets it: the real program, over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod app;
mod curl;
mod http;
mod readme;
mod separation;
