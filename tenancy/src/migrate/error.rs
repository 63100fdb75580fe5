//! What goes wrong when a place is migrated.

use crate::db::ConnectionError;
use crate::isolation::IsolationError;

/// The migrations of one place did not all run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// The application was built without migrations.
    #[error("there are no migrations to run: pass them to `Tenancy::builder(…).migrations(…)`")]
    NoMigrations,

    /// The place cannot be found.
    #[error(transparent)]
    Isolation(#[from] IsolationError),

    /// The place cannot be reached.
    #[error(transparent)]
    Connection(#[from] ConnectionError),

    /// A migration failed; those before it have run, those after it have not.
    #[error("a migration failed in {place}: {reason}")]
    Failed {
        /// The database and schema.
        place: String,
        /// What Diesel says: the migration's name and the database's message.
        reason: String,
    },

    /// They have run, and what they leave is not safe to use: a tenant column of a type that confuses tenants, a wall
    /// between tenants that does not stand.
    #[error("the migrations of {place} have run, and what they leave is not safe to use: {reason}")]
    Unsafe {
        /// The database.
        place: String,
        /// Every problem, with the SQL that mends it where there is one.
        reason: String,
    },

    /// The thread that ran them ended before they did.
    #[error("the migrations of {place} were cut off: {reason}")]
    CutOff {
        /// The database and schema.
        place: String,
        /// Why.
        reason: String,
    },
}
