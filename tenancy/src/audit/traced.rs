//! Entries as events of tracing.

use async_trait::async_trait;
use serde_json::Value;

use super::entry::AuditEntry;
use super::error::AuditError;
use super::sink::AuditSink;

/// Writes each entry as an event of `tracing`, with the target `tenancy::audit` at level `info`. Whether anybody keeps it
/// is for the subscriber to say: it is a copy of the log, or a log for development.
#[derive(Debug, Clone, Copy, Default)]
pub struct TracingAudit;

#[async_trait]
impl AuditSink for TracingAudit {
    async fn write(&self, entry: &AuditEntry) -> Result<(), AuditError> {
        let (kind, id) = entry.resource().unzip();
        let details = Value::Object(entry.details().clone());
        tracing::info!(
            target: "tenancy::audit",
            tenant = entry.chain().as_str(),
            at = %entry.at().to_rfc3339(),
            actor_kind = entry.actor().kind().as_str(),
            actor = entry.actor().id(),
            actor_name = entry.actor().name(),
            action = entry.action(),
            resource_kind = kind,
            resource = id,
            details = %details,
            ip = entry.origin().ip().map(tracing::field::display),
            user_agent = entry.origin().user_agent(),
            request_id = entry.origin().request_id(),
            "audit"
        );
        Ok(())
    }
}
