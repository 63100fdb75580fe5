//! Reading tenants page by page.

use crate::store::StoreError;
use crate::tenant::{Tenant, TenantId, TenantStatus};

/// Which tenants to list. The default is the first 100 of all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListTenants {
    /// Only tenants whose id sorts after this one: the [`next`](TenantPage::next) of the page before.
    pub after: Option<TenantId>,
    /// How many tenants a page has at most. Taken as 1 if 0, and as [`MAX_LIMIT`](Self::MAX_LIMIT) if greater.
    pub limit: u32,
    /// Only tenants of this status.
    pub status: Option<TenantStatus>,
}

impl ListTenants {
    /// The most tenants one page has.
    pub const MAX_LIMIT: u32 = 1000;

    /// The limit that is applied.
    pub fn effective_limit(&self) -> u32 {
        self.limit.clamp(1, Self::MAX_LIMIT)
    }
}

impl Default for ListTenants {
    fn default() -> Self {
        Self { after: None, limit: 100, status: None }
    }
}

/// One page of tenants, in the order of their ids, compared byte by byte.
#[derive(Debug)]
pub struct TenantPage {
    /// The tenants. A row that cannot be read is an error in its place, so that one damaged row does not hide
    /// the tenants around it, and cannot be overlooked either.
    pub entries: Vec<Result<Tenant, StoreError>>,
    /// Where the next page begins, for [`ListTenants::after`]; `None` when this is the last one.
    pub next: Option<TenantId>,
}

impl TenantPage {
    /// The tenants, if every row of the page could be read.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] of the first row that could not.
    pub fn into_tenants(self) -> Result<Vec<Tenant>, StoreError> {
        self.entries.into_iter().collect()
    }
}
