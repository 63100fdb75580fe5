//! Several sinks at once.

use std::sync::Arc;

use async_trait::async_trait;

use super::entry::AuditEntry;
use super::error::AuditError;
use super::sink::{AuditSink, TableKeys};

/// Writes to several sinks, in the order in which they were given. One that fails keeps the others from nothing; the
/// entry counts as written if all have it.
///
/// ```
/// use tenancy::audit::{AuditLog, MemoryAudit, Sinks, TracingAudit};
///
/// let audit = AuditLog::to(Sinks::new().and(MemoryAudit::new()).and(TracingAudit));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Sinks(Vec<Arc<dyn AuditSink>>);

impl Sinks {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more.
    #[must_use]
    pub fn and(mut self, sink: impl AuditSink) -> Self {
        self.0.push(Arc::new(sink));
        self
    }
}

#[async_trait]
impl AuditSink for Sinks {
    async fn write(&self, entry: &AuditEntry) -> Result<(), AuditError> {
        if self.0.is_empty() {
            return Err(AuditError::NoSink { action: entry.action.clone() });
        }
        let mut written = Ok(());
        for sink in &self.0 {
            let one = sink.write(entry).await;
            written = written.and(one);
        }
        written
    }

    async fn check(&self) -> Result<(), AuditError> {
        for sink in &self.0 {
            sink.check().await?;
        }
        Ok(())
    }

    fn table(&self) -> Option<&TableKeys> {
        self.0.iter().find_map(|sink| sink.table())
    }
}
