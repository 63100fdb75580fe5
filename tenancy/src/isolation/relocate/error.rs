//! What goes wrong when a tenant is moved.

use std::time::Duration;

use diesel::result::DatabaseErrorInformation;

use crate::tenant::{Isolation, TenantId, TenantStatus};

/// What the fence calls itself in the error it raises, where a constraint's name would be.
pub(crate) const FENCE: &str = "tenancy_fence";

/// A tenant was not moved, or is just being moved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RelocateError {
    /// A write of a tenant that is being moved, or a write by a record of where the tenant used to be.
    #[error("the tenant is being moved, and its writes to `{table}` are held: try again")]
    Held {
        /// The table.
        table: String,
    },

    /// The backend cannot do it.
    #[error("{backend} cannot move tenants between isolations, and nothing was done: PostgreSQL can")]
    Unsupported {
        /// The database.
        backend: &'static str,
    },

    /// Somebody else moves the tenant at this moment.
    #[error("tenant `{tenant}` is being moved by somebody else: wait for that to end")]
    UnderWay {
        /// The tenant.
        tenant: TenantId,
    },

    /// A move was cut short.
    #[error("a move of tenant `{tenant}` has not been finished: call `Tenancy::relocate` first")]
    Unfinished {
        /// The tenant.
        tenant: TenantId,
    },

    /// The tenant has nothing to move, or no more.
    #[error("tenant `{tenant}` is {status}: only one that is active or suspended is moved")]
    Status {
        /// The tenant.
        tenant: TenantId,
        /// Its status.
        status: TenantStatus,
    },

    /// A database that the tenant brought along is not ours to make or to drop.
    #[error(
        "tenant `{tenant}` brings a database of its own, and is not moved: take `database_url` from its record"
    )]
    OwnDatabase {
        /// The tenant.
        tenant: TenantId,
    },

    /// A transaction that writes to the table did not end in time.
    #[error(
        "tenant `{tenant}` was not moved: a transaction kept `{table}` locked for {waited:?}; try again, or wait longer"
    )]
    Busy {
        /// The tenant.
        tenant: TenantId,
        /// The table, or what else was locked.
        table: String,
        /// How long was waited.
        waited: Duration,
    },

    /// The tables that tenants share have no place for the rows.
    #[error(
        "tenant `{tenant}` was not moved: it has rows in `{table}`, which has no tenant column, so `{isolation}` \
         isolation cannot keep them apart"
    )]
    WithoutColumn {
        /// The tenant.
        tenant: TenantId,
        /// The table.
        table: String,
        /// The isolation asked for.
        isolation: Isolation,
    },

    /// The tenant has rows that would not go along.
    #[error(
        "tenant `{tenant}` was not moved: it has rows in `{table}`, which is none of `tables(…)`; add the table, or say by \
         `leave` that they stay behind"
    )]
    Undeclared {
        /// The tenant.
        tenant: TenantId,
        /// The table.
        table: String,
    },

    /// The table is not the same in both places.
    #[error("tenant `{tenant}` was not moved: table `{table}` {reason}")]
    Differs {
        /// The tenant.
        tenant: TenantId,
        /// The table.
        table: String,
        /// How the places differ.
        reason: String,
    },

    /// Foreign keys give the tables no order.
    #[error(
        "tenant `{tenant}` was not moved: the foreign keys of {tables} lead in a circle; make one of them DEFERRABLE"
    )]
    Circular {
        /// The tenant.
        tenant: TenantId,
        /// The tables.
        tables: String,
    },

    /// The new place refused the rows of a table: another tenant has a key of theirs, as a rule.
    #[error("tenant `{tenant}` was not moved: its rows of `{table}` were refused: {reason}")]
    Refused {
        /// The tenant.
        tenant: TenantId,
        /// The table.
        table: String,
        /// What the database says.
        reason: String,
    },

    /// What has arrived is not what was sent.
    #[error("tenant `{tenant}` was not moved: `{table}` is not the same in the new place: {reason}")]
    Unequal {
        /// The tenant.
        tenant: TenantId,
        /// The table.
        table: String,
        /// Rows that were sent and have arrived, or that the checksums differ.
        reason: String,
    },

    /// A step failed.
    #[error("moving tenant `{tenant}`: cannot {verb}: {reason}")]
    Failed {
        /// The tenant.
        tenant: TenantId,
        /// What was to be done.
        verb: String,
        /// What the database says, or what could not be reached.
        reason: String,
    },

    /// The tenant has been moved, and not all that it left could be taken away.
    #[error(
        "tenant `{tenant}` has been moved, and what it left is not taken away yet: {reason}; call it again"
    )]
    Left {
        /// The tenant.
        tenant: TenantId,
        /// Why.
        reason: String,
    },
}

impl RelocateError {
    pub(crate) fn failed(tenant: &TenantId, verb: impl Into<String>, reason: impl ToString) -> Self {
        Self::Failed { tenant: tenant.clone(), verb: verb.into(), reason: reason.to_string() }
    }

    /// What the fence raised. It is known by a name of ours, which no language of the server changes: Diesel hides the
    /// SQLSTATE.
    pub(crate) fn of_fence(information: &dyn DatabaseErrorInformation) -> Option<Self> {
        let table = information.table_name().unwrap_or_default().to_owned();
        (information.constraint_name() == Some(FENCE)).then_some(Self::Held { table })
    }
}
