//! The one suite: every form of query and of write, on every backend under every isolation, compared with
//! Diesel itself on a database in which the tenant is alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::duplicate_mod, reason = "the same forms against other types are what the suite is")]
#![allow(deprecated, reason = "what Diesel still has, an application may still use")]

mod exempt;
mod names;
mod runs;
mod scoped;

mod mysql;
mod oracle;
mod oracles;
mod postgres;
mod sqlite;

pub(crate) use exempt::exempt;
pub(crate) use runs::runs;
