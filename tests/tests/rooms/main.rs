//! The rooms of the library one by one, on real databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod across;
mod applications;
mod audit;
mod config;
mod context;
mod dropped;
mod interleaving;
mod jwks;
mod keys;
mod lifecycle;
mod locks;
mod marks;
mod migrations;
mod models;
mod mysql;
mod names;
mod people;
mod pipeline;
mod pooled_processes;
mod pooled_statements;
mod pooler;
mod raw;
mod relocate;
mod round_trips;
mod scopes;
mod sessions;
mod shares;
mod statements;
mod tiers;
mod transactions;
mod two_tenants;
mod uploads;
mod upserts;
mod web;
mod writes;
