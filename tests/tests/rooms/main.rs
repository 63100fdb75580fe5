//! The rooms of the library one by one, on real databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod across;
mod applications;
mod audit;
mod audit_log;
mod config;
mod keys;
mod lifecycle;
mod locks;
mod marks;
mod migrations;
mod models;
mod mysql;
mod names;
mod quotas;
mod raw;
mod scopes;
mod secrets;
mod statements;
mod two_tenants;
mod upserts;
mod writes;
