//! The tenant in a cookie.

use async_trait::async_trait;

use super::found::Found;
use super::head::{RequestHead, without_spaces};
use super::identifier;
use super::link::Link;
use super::refusal::Refusal;
use super::resolver::{Resolution, TenantResolver};
use super::token::is_token;

const REPEATED: Refusal = Refusal::new("cookie-repeated", "more than one tenant cookie");
const MALFORMED: Refusal = Refusal::new("cookie-malformed", "the tenant cookie holds no identifier");

/// Reads the identifier from one cookie.
///
/// The cookie says which tenant is meant, not that the caller may act for it. A request may have several lines of
/// cookies, as HTTP/2 sends them; the tenant's cookie is there once, or the request is refused: a page at a sibling
/// host can set one of the same name for the whole domain. Give it a name with the prefix `__Host-`, which browsers
/// accept from the host itself alone.
///
/// A browser sends the cookie with whatever link it follows. So a link to another tenant is right only where what names
/// the tenant in links comes before the cookie.
#[derive(Debug, Clone)]
pub struct CookieResolver {
    name: String,
}

impl CookieResolver {
    /// Reads the cookie of this name, in this case.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }

    fn find(&self, request: &RequestHead<'_>) -> Result<Option<Found>, Refusal> {
        let lines = request.header("cookie");
        let mut values = lines.iter().flat_map(|line| line.split(|byte| *byte == b';'));
        let Some(value) = values.find_map(|pair| self.value_in(pair)) else { return Ok(None) };
        if values.any(|pair| self.value_in(pair).is_some()) {
            return Err(REPEATED);
        }
        identifier::found(value, "cookie").ok_or(MALFORMED).map(Some)
    }

    /// The value, if the pair is of this cookie as anybody may read it: readers differ about spaces at the equals sign
    /// and about a pair without one. Such a value is no identifier.
    fn value_in<'a>(&self, pair: &'a [u8]) -> Option<&'a [u8]> {
        let pair = without_spaces(pair);
        let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            None => (pair, &[] as &[u8]),
        };
        let trimmed = without_spaces(name);
        (trimmed == self.name.as_bytes()).then_some(if trimmed == name { value } else { &[] })
    }
}

#[async_trait(?Send)]
impl TenantResolver for CookieResolver {
    async fn resolve(&self, request: &RequestHead<'_>) -> Resolution {
        self.find(request).into()
    }

    fn problems(&self) -> Vec<String> {
        if is_token(&self.name) {
            return Vec::new();
        }
        let name = self.name.escape_debug();
        vec![format!(
            "`{name}` is no name of a cookie: write letters, digits and hyphens, like `__Host-tenant`"
        )]
    }

    fn link_to(&self, link: &Link<'_>) -> Option<String> {
        let is_here = link.leads_back() && matches!(self.find(link.request()), Ok(Some(_)));
        is_here.then(|| link.path().to_owned())
    }
}
