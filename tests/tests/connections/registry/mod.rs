//! A registry whose tenants are kept in memory and in a Redis, by several processes.
#![allow(clippy::print_stdout, reason = "what is measured is printed")]

mod outage;
mod processes;
