//! What the library writes by itself.

use std::fmt;
use std::future::Future;

use super::error::AuditError;
use super::log::AuditLog;
use super::record::AuditRecord;
use crate::tenant::TenantId;

/// How much of an error is written: it is to leave room for the rest.
const ERROR_CHARS: usize = 2_000;

/// Something that is written to the log before it is done, and again when it has ended.
pub(crate) struct Act {
    log: AuditLog,
    action: &'static str,
    tenant: TenantId,
    details: Vec<(&'static str, String)>,
}

impl Act {
    /// By whoever the running task acts for.
    pub(crate) fn new(log: &AuditLog, action: &'static str, tenant: &TenantId) -> Self {
        Self { log: log.captured(), action, tenant: tenant.clone(), details: Vec::new() }
    }

    pub(crate) fn detail(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.details.push((name, value.to_string()));
        self
    }

    /// Does it. It is not begun if it cannot be written that it is; that it has ended cannot be refused any more, and is
    /// logged where it cannot be written.
    pub(crate) async fn run<T, E>(self, work: impl Future<Output = Result<T, E>>) -> Result<T, E>
    where
        E: From<AuditError> + fmt::Display,
    {
        if !self.log.is_on() {
            return work.await;
        }
        before(&self.log, self.action, self.record("begun")).await?;
        let result = work.await;
        let ended = match &result {
            Ok(_) => self.record("done"),
            Err(error) => {
                let error: String = error.to_string().chars().take(ERROR_CHARS).collect();
                self.record("failed").detail("error", error)
            }
        };
        if let Err(error) = ended.write().await {
            tracing::error!(action = self.action, tenant = %self.tenant, error = %error, "how it ended could not be written to the audit log");
        }
        result
    }

    fn record(&self, outcome: &str) -> AuditRecord<'_> {
        let record = self.log.record(self.action).tenant(&self.tenant);
        let record = record.resource("tenant", &self.tenant).detail("outcome", outcome);
        self.details.iter().fold(record, |record, (name, value)| record.detail(*name, value.as_str()))
    }
}

/// Writes what is going to be done. An error refuses it.
pub(crate) async fn before(log: &AuditLog, action: &str, record: AuditRecord<'_>) -> Result<(), AuditError> {
    match record.write().await {
        Err(reason) if log.refuses() => {
            Err(AuditError::Refused { action: action.to_owned(), reason: Box::new(reason) })
        }
        Err(error) => {
            tracing::error!(action, error = %error, "it is done all the same, and could not be written to the audit log");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}
