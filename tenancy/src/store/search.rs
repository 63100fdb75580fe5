//! Looking for tenants by what a person types.

use crate::tenant::{Tenant, TenantStatus};

/// Which tenants to look for: those whose identifier or name has `text` in it, in whatever case.
///
/// ```
/// use tenancy::store::SearchTenants;
///
/// let search = SearchTenants { limit: 10, ..SearchTenants::new("acme") };
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchTenants {
    /// The text, which is taken as it stands: `%` and `_` are characters like others. Every tenant has the empty one.
    pub text: String,
    /// How many tenants to find at most. Taken as 1 if 0, and as [`MAX_LIMIT`](super::ListTenants::MAX_LIMIT) if greater.
    pub limit: u32,
    /// Only tenants of this status.
    pub status: Option<TenantStatus>,
}

impl SearchTenants {
    /// The first 100 tenants with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), limit: 100, status: None }
    }

    /// The limit that is applied.
    pub fn effective_limit(&self) -> u32 {
        self.limit.clamp(1, super::ListTenants::MAX_LIMIT)
    }

    /// The text as it is compared: in lower case, letter by letter.
    pub fn folded_text(&self) -> String {
        folded(&self.text)
    }

    /// How well a tenant fits, the best first; `None` where it is not one of those that are looked for. What every store
    /// orders by; those of one rank stand in the order of their identifiers.
    pub fn rank(&self, tenant: &Tenant) -> Option<SearchRank> {
        if self.status.is_some_and(|status| tenant.status() != status) {
            return None;
        }
        let (text, name) = (self.folded_text(), folded(tenant.name()));
        let either =
            |fits: fn(&str, &str) -> bool| fits(tenant.identifier().as_str(), &text) || fits(&name, &text);
        if either(|has, text| has == text) {
            Some(SearchRank::Whole)
        } else if either(|has, text| has.starts_with(text)) {
            Some(SearchRank::Beginning)
        } else if either(|has, text| has.contains(text)) {
            Some(SearchRank::Within)
        } else {
            None
        }
    }
}

/// Where the text stands in a tenant's identifier or name. Better ones come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SearchRank {
    /// It is all of it.
    Whole,
    /// It begins with it.
    Beginning,
    /// It is somewhere in it.
    Within,
}

/// Text in lower case. Letter by letter, so that a part of a text is a part of it in lower case too: `str::to_lowercase`
/// writes a sigma in another way where a word ends.
pub(crate) fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}
