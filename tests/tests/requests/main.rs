//! Requests and what is done in their scope: resolvers, the middleware, and the context that goes along.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod context;
mod heads;
mod jwks;
mod limits;
mod resolvers;
mod web;
