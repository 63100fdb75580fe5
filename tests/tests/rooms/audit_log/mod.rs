//! The audit log of an application: what the library writes by itself, and what is written in a transaction.

mod automatic;
mod transactions;

use async_trait::async_trait;
use tenancy::audit::{AuditEntry, AuditError, AuditSink};

/// A sink that is full.
#[derive(Debug)]
struct Broken;

#[async_trait]
impl AuditSink for Broken {
    async fn write(&self, _: &AuditEntry) -> Result<(), AuditError> {
        Err(AuditError::sink("the disk is full"))
    }
}
