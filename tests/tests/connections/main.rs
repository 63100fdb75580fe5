//! Connections and places: pools, sessions, transactions, poolers, and tenants that move.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod dropped;
mod interleaving;
mod people;
mod pipeline;
mod pooled_processes;
mod pooled_statements;
mod pooler;
mod registry;
mod relocate;
mod round_trips;
mod sessions;
mod shares;
mod tiers;
mod transactions;
mod uploads;
