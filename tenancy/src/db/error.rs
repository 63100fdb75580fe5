//! What goes wrong before a statement is sent.

use std::time::Duration;

/// No connection could be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectionError {
    /// The address is not one this database understands.
    #[error("the address of {what} is not valid: {reason}")]
    InvalidUrl {
        /// Which address: the application's, the administrative one, a tenant's.
        what: String,
        /// What is wrong with it; never its text.
        reason: String,
    },

    /// The server, or the file, could not be opened.
    #[error("cannot connect to {what}: {reason}")]
    Unreachable {
        /// Which database.
        what: String,
        /// What the driver says, without secrets.
        reason: String,
    },

    /// Every connection was in use for as long as we were told to wait.
    #[error(
        "no connection to {what} became free within {waited:?}: the pool is too small, or connections are held too long"
    )]
    Exhausted {
        /// Which database.
        what: String,
        /// The time waited.
        waited: Duration,
    },

    /// Every pool of the bounded set is in use.
    #[error(
        "the databases of {limit} tenants are in use, which is the bound: raise `max_tenant_pools`, or try again"
    )]
    TooManyPools {
        /// The bound.
        limit: usize,
    },
}
