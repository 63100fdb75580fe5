//! Entries in memory.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::entry::AuditEntry;
use super::error::AuditError;
use super::sink::AuditSink;

/// Keeps entries in memory: for an application's own tests. A clone is the same log.
///
/// ```
/// # use tenancy::audit::{AuditError, AuditLog, MemoryAudit};
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), AuditError> {
/// let memory = MemoryAudit::new();
/// let audit = AuditLog::to(memory.clone());
/// audit.record("order.deleted").resource("order", 7).detail("token", "hunter2").write().await?;
///
/// let entries = memory.entries();
/// assert_eq!(entries[0].resource(), Some(("order", "7")));
/// assert_eq!(entries[0].details()["token"], "[redacted]");
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemoryAudit(Arc<Mutex<Vec<AuditEntry>>>);

impl MemoryAudit {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was written, oldest first.
    pub fn entries(&self) -> Vec<AuditEntry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl AuditSink for MemoryAudit {
    async fn write(&self, entry: &AuditEntry) -> Result<(), AuditError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(entry.clone());
        Ok(())
    }
}
