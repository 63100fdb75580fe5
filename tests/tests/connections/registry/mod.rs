//! A registry whose tenants are kept in memory and in a Redis, by several processes.

mod outage;
mod processes;
