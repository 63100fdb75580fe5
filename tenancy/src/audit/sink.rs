//! Where entries go.

use std::fmt;

use async_trait::async_trait;

use super::entry::AuditEntry;
use super::error::AuditError;
use super::key::Keys;

/// Where entries go.
///
/// ```
/// use async_trait::async_trait;
/// use tenancy::audit::{AuditEntry, AuditError, AuditLog, AuditSink};
///
/// #[derive(Debug)]
/// struct Collector;
///
/// #[async_trait]
/// impl AuditSink for Collector {
///     async fn write(&self, entry: &AuditEntry) -> Result<(), AuditError> {
///         println!("{} {} by {:?}", entry.at(), entry.action(), entry.actor().id());
///         Ok(())
///     }
/// }
///
/// let audit = AuditLog::to(Collector);
/// ```
#[async_trait]
pub trait AuditSink: fmt::Debug + Send + Sync + 'static {
    /// Writes an entry, and returns when it is written.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being written: [`AuditError::sink`].
    async fn write(&self, entry: &AuditEntry) -> Result<(), AuditError>;

    /// Whether the sink is there: asked when an application starts.
    ///
    /// # Errors
    ///
    /// Why it is not; the application does not start then.
    async fn check(&self) -> Result<(), AuditError> {
        Ok(())
    }

    /// For a sink that is a table: how its entries are sealed, so that a transaction of another connection can write one.
    #[doc(hidden)]
    fn table(&self) -> Option<&TableKeys> {
        None
    }
}

/// How the entries of a table are sealed.
#[derive(Debug, Clone, Default)]
pub struct TableKeys(pub(super) Keys);
