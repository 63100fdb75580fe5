//! What became of each tenant.

use super::error::MigrateError;
use crate::tenant::TenantId;

/// One tenant's part of a run over all of them.
#[derive(Debug, Clone)]
pub struct MigrationReport {
    /// The tenant.
    pub tenant: TenantId,
    /// The versions that ran, oldest first, or why they did not. Empty if there was nothing to do.
    pub result: Result<Vec<String>, MigrateError>,
}

/// How far one tenant is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStatus {
    /// The versions that have run, oldest first. Under `column` and `rls` these are all the tenants'.
    pub applied: Vec<String>,
    /// The versions still to run, oldest first.
    pub pending: Vec<String>,
}
