//! What goes wrong with the audit log.

use std::error::Error;
use std::sync::Arc;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use thiserror::Error as ThisError;

use super::chain::AuditChain;
use crate::db::ConnectionError;

/// How much of a database's message an error repeats, in characters.
const MESSAGE_CHARS: usize = 300;

/// An entry could not be written to the audit log, or the log could not be read.
///
/// No error holds a detail of an entry, a key or an address.
#[derive(Debug, Clone, ThisError)]
#[non_exhaustive]
pub enum AuditError {
    /// The application has no audit log.
    #[error("there is no audit log to write `{action}` to: give one to `Tenancy::builder(…).audit(…)`")]
    NoSink {
        /// What was to be written.
        action: String,
    },
    /// An entry was to be written in a transaction, and no sink is a table.
    #[error(
        "no sink of the audit log is a table, so that nothing can be written in a transaction: add a `SqlAudit`"
    )]
    NoTable,
    /// The details are larger than the log allows.
    #[error(
        "the details of `{action}` are {size} bytes of JSON, and the audit log takes {most}: keep to what matters"
    )]
    TooLarge {
        /// The action.
        action: String,
        /// The size of its details as JSON, in bytes.
        size: usize,
        /// The largest size.
        most: usize,
    },
    /// Something was not done, since the audit log could not be told of it first.
    #[error("`{action}` is not done, since it could not be written to the audit log before: {reason}")]
    Refused {
        /// What is not done.
        action: String,
        /// Why it could not be written.
        #[source]
        reason: Box<AuditError>,
    },
    /// The log cannot be reached.
    #[error("the audit log cannot be reached: check that its database runs and its URL is right")]
    Unavailable(#[source] Arc<dyn Error + Send + Sync>),
    /// The database behind the log refused a statement.
    #[error("the audit log's database refused a statement: {reason}")]
    Database {
        /// The database's own message, cut; never its details, which may quote a row.
        reason: String,
    },
    /// Others write to the same chain faster, or one has had a transaction open for too long.
    #[error(
        "an entry for {chain} is not written yet, since others hold its next number: end their transactions sooner, \
         and try again"
    )]
    Contended {
        /// Whose chain.
        chain: AuditChain,
    },
    /// A sink of the application's own failed.
    #[error("a sink of the audit log failed: {0}")]
    Sink(Arc<dyn Error + Send + Sync>),
    /// This is no key for a chain.
    #[error("this is no key of an audit log: {problem}")]
    Key {
        /// Why.
        problem: &'static str,
    },
    /// This is no head of a chain.
    #[error("this is no head of an audit log: write it as `tenancy audit heads` does, `tenant:number:hash`")]
    Head,
}

impl AuditError {
    /// A sink of the application's own failed, for this reason.
    pub fn sink(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Sink(reason.into().into())
    }
}

impl From<ConnectionError> for AuditError {
    fn from(error: ConnectionError) -> Self {
        Self::Unavailable(Arc::new(error))
    }
}

impl From<DieselError> for AuditError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(
                DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::ClosedConnection,
                information,
            ) => Self::Unavailable(Box::<dyn Error + Send + Sync>::from(cut(information.message())).into()),
            // The details and the hint are left out: they may quote a whole row.
            DieselError::DatabaseError(_, information) => {
                Self::Database { reason: cut(information.message()) }
            }
            other => Self::Database { reason: cut(&other.to_string()) },
        }
    }
}

fn cut(message: &str) -> String {
    message.chars().take(MESSAGE_CHARS).collect()
}
