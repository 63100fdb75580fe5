//! The tenant in a header.

use async_trait::async_trait;

use super::found::Found;
use super::head::RequestHead;
use super::identifier;
use super::link::Link;
use super::refusal::Refusal;
use super::resolver::{Resolution, TenantResolver};
use super::token::is_token;

const REPEATED: Refusal = Refusal::new("header-repeated", "more than one line of the tenant header");
const MALFORMED: Refusal = Refusal::new("header-malformed", "the tenant header holds no identifier");

/// Reads the identifier from one header, `X-Tenant-ID` by default.
///
/// The header says which tenant is meant, not that the caller may act for it: check that where users are
/// authenticated. More than one line of the header, a list in it, and anything that is no identifier is
/// refused.
///
/// A link cannot carry a header: it leads to the tenant by what else names it, and back to the tenant of a request with
/// the header by nothing at all.
#[derive(Debug, Clone)]
pub struct HeaderResolver {
    name: String,
}

impl HeaderResolver {
    /// Reads the header of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }

    fn find(&self, request: &RequestHead<'_>) -> Result<Option<Found>, Refusal> {
        let Some(value) = request.single_header(&self.name, REPEATED)? else { return Ok(None) };
        identifier::found(value, "header").ok_or(MALFORMED).map(Some)
    }
}

impl Default for HeaderResolver {
    fn default() -> Self {
        Self::new("X-Tenant-ID")
    }
}

#[async_trait(?Send)]
impl TenantResolver for HeaderResolver {
    async fn resolve(&self, request: &RequestHead<'_>) -> Resolution {
        self.find(request).into()
    }

    fn problems(&self) -> Vec<String> {
        if is_token(&self.name) {
            return Vec::new();
        }
        let name = self.name.escape_debug();
        vec![format!(
            "`{name}` is no name of a header: write letters, digits and hyphens, like `X-Tenant-ID`"
        )]
    }

    fn link_to(&self, link: &Link<'_>) -> Option<String> {
        let is_here = link.leads_back() && !link.request().header(&self.name).is_empty();
        is_here.then(|| link.path().to_owned())
    }
}
