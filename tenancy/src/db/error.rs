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

    /// Connections to tenants' own databases are at their bound, and none of them became free.
    #[error(
        "the {limit} connections to tenants' own databases are in use, and none became free within {waited:?}: raise `max_connections`, or try again"
    )]
    TooManyConnections {
        /// The bound on connections to tenants' own databases.
        limit: usize,
        /// The time waited.
        waited: Duration,
    },

    /// The tenant has its share of the connections in use.
    #[error(
        "tenant `{tenant}` has the {connections} connections of its share in use, and no more than {waiting} of its requests wait for one, for a bounded time: try again, or raise `tenant_connections` or `tenant_waiting`"
    )]
    TenantBusy {
        /// The tenant's id.
        tenant: String,
        /// How many connections a tenant may have in use.
        connections: usize,
        /// How many requests of a tenant may wait for one.
        waiting: usize,
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
