//! The tenant in a parameter of the query.

use async_trait::async_trait;
use percent_encoding::percent_decode;

use super::found::Found;
use super::head::RequestHead;
use super::identifier;
use super::link::Link;
use super::refusal::Refusal;
use super::resolver::{Resolution, TenantResolver};

const REPEATED: Refusal = Refusal::new("query-repeated", "more than one tenant parameter in the query");
const MALFORMED: Refusal =
    Refusal::new("query-malformed", "the query's tenant parameter holds no identifier");

/// An encoded byte takes three; what is longer is no identifier.
const MAX_ENCODED: usize = 3 * 63;

/// Reads the identifier from one parameter of the query: `?tenant=acme`.
///
/// Addresses with it are kept in histories, logs and `Referer`: it says which tenant is meant and must never be what
/// lets somebody in. Name and value are decoded once, a plus sign is no space, and the parameter is there once, or the
/// request is refused.
#[derive(Debug, Clone)]
pub struct QueryResolver {
    name: String,
}

impl QueryResolver {
    /// Reads the parameter of this name, in this case.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }

    fn find(&self, request: &RequestHead<'_>) -> Result<Option<Found>, Refusal> {
        let mut values = request.query().split('&').filter_map(|pair| self.value_in(pair));
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(REPEATED);
        }
        if value.len() > MAX_ENCODED {
            return Err(MALFORMED);
        }
        let decoded = std::borrow::Cow::from(percent_decode(value.as_bytes()));
        identifier::found(&decoded, "query").ok_or(MALFORMED).map(Some)
    }

    /// The value, not decoded, if the pair is of this parameter.
    fn value_in<'a>(&self, pair: &'a str) -> Option<&'a str> {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        percent_decode(name.as_bytes()).eq(self.name.bytes()).then_some(value)
    }
}

#[async_trait(?Send)]
impl TenantResolver for QueryResolver {
    async fn resolve(&self, request: &RequestHead<'_>) -> Resolution {
        self.find(request).into()
    }

    fn problems(&self) -> Vec<String> {
        // What no encoder changes, so that the name is the same text in every address.
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if !self.name.is_empty() && self.name.bytes().all(is_plain) {
            return Vec::new();
        }
        let name = self.name.escape_debug();
        vec![format!(
            "`{name}` is no name of a parameter: write letters, digits, `-`, `.`, `_` and `~` alone"
        )]
    }

    /// With the parameter in the place of any that the path has already.
    fn link_to(&self, link: &Link<'_>) -> Option<String> {
        let (whole, fragment) = match link.path().find('#') {
            Some(at) => link.path().split_at(at),
            None => (link.path(), ""),
        };
        let (path, query) = whole.split_once('?').unwrap_or((whole, ""));
        let mut text = format!("{path}?");
        let others = query.split('&').filter(|pair| !pair.is_empty() && self.value_in(pair).is_none());
        for pair in others {
            text.extend([pair, "&"]);
        }
        text.extend([&*self.name, "=", link.identifier().as_str(), fragment]);
        Some(text)
    }
}
