//! Whose entries are chained together.

use std::fmt;
use std::sync::Arc;

use crate::tenant::TenantId;

/// What the application's own chain has in place of a tenant's id, which cannot begin like this.
const APPLICATION: &str = "-";

/// The entries that are chained together: those of one tenant, or those of the application that are no tenant's, such as
/// what is read across tenants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuditChain(Arc<str>);

impl AuditChain {
    /// The entries that are no tenant's.
    pub fn application() -> Self {
        Self(Arc::from(APPLICATION))
    }

    /// As it is stored, whatever somebody may have made of it.
    pub(super) fn stored(text: &str) -> Self {
        Self(Arc::from(text))
    }

    /// The tenant's id; `-` for the application's own.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The tenant, if it is a tenant's.
    pub fn tenant(&self) -> Option<TenantId> {
        TenantId::try_from(self.as_str()).ok()
    }
}

impl From<&TenantId> for AuditChain {
    fn from(id: &TenantId) -> Self {
        Self(Arc::from(id.as_str()))
    }
}

impl fmt::Display for AuditChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_str() {
            APPLICATION => f.write_str("the application"),
            // It may have been altered where it is stored.
            tenant => write!(f, "tenant `{}`", tenant.escape_debug()),
        }
    }
}
