//! Reading tenants page by page.

use std::collections::HashMap;

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

/// The newest tenants, for a page that a person looks at. Pages shift while tenants are registered: to come by every
/// tenant, [list](ListTenants) them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatestTenants {
    /// How many tenants to pass over.
    pub skip: u32,
    /// How many tenants to give at most. Taken as 1 if 0, and as [`ListTenants::MAX_LIMIT`] if greater.
    pub limit: u32,
    /// Only tenants of this status.
    pub status: Option<TenantStatus>,
}

impl LatestTenants {
    /// The limit that is applied.
    pub fn effective_limit(&self) -> u32 {
        self.limit.clamp(1, ListTenants::MAX_LIMIT)
    }
}

impl Default for LatestTenants {
    fn default() -> Self {
        Self { skip: 0, limit: 100, status: None }
    }
}

/// The tenants of a call that gives back several, each read or damaged.
pub type Tenants = Vec<Result<Tenant, StoreError>>;

/// How many tenants one call may name.
pub const MAX_BATCH: usize = 10_000;

/// Whether one call may name so many tenants.
pub(crate) fn check_batch(ids: &[TenantId]) -> Result<(), StoreError> {
    match ids.len() {
        given if given > MAX_BATCH => Err(StoreError::TooMany { given, most: MAX_BATCH }),
        _ => Ok(()),
    }
}

/// Brings what a store has found into the order of what it was asked for, each once for every time it was named.
pub(crate) fn in_order<T: Clone>(ids: &[TenantId], found: impl IntoIterator<Item = (String, T)>) -> Vec<T> {
    let found: HashMap<String, T> = found.into_iter().collect();
    ids.iter().filter_map(|id| found.get(id.as_str()).cloned()).collect()
}
