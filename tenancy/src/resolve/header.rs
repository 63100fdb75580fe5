//! The tenant in a header.

use async_trait::async_trait;

use super::found::{Found, TenantName};
use super::head::RequestHead;
use super::refusal::Refusal;
use super::resolver::{Resolution, TenantResolver};
use crate::tenant::Slug;

const REPEATED: Refusal = Refusal::new("header-repeated", "more than one line of the tenant header");
const MALFORMED: Refusal = Refusal::new("header-malformed", "the tenant header holds no identifier");

/// Reads the identifier from one header, `X-Tenant-ID` by default.
///
/// The header says which tenant is meant, not that the caller may act for it: check that where users are
/// authenticated. More than one line of the header, a list in it, and anything that is no identifier is
/// refused.
#[derive(Debug, Clone)]
pub struct HeaderResolver {
    name: String,
}

impl HeaderResolver {
    /// Reads the header of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }
}

impl Default for HeaderResolver {
    fn default() -> Self {
        Self::new("X-Tenant-ID")
    }
}

impl HeaderResolver {
    fn find(&self, request: &RequestHead<'_>) -> Result<Option<Found>, Refusal> {
        let Some(value) = request.single_header(&self.name, REPEATED)? else { return Ok(None) };
        let text = std::str::from_utf8(value).map_err(|_| MALFORMED)?;
        let identifier = Slug::try_from(text).map_err(|_| MALFORMED)?;
        Ok(Some(Found::new(TenantName::Identifier(identifier), "header")))
    }
}

#[async_trait(?Send)]
impl TenantResolver for HeaderResolver {
    async fn resolve(&self, request: &RequestHead<'_>) -> Resolution {
        self.find(request).into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::head::Headers;
    use super::*;

    struct Lines(Vec<&'static [u8]>);

    impl Headers for Lines {
        fn values<'a>(&'a self, name: &str) -> Vec<&'a [u8]> {
            if name.eq_ignore_ascii_case("x-tenant-id") { self.0.clone() } else { Vec::new() }
        }
    }

    fn resolve(lines: Vec<&'static [u8]>) -> Resolution {
        let headers = Lines(lines);
        let request = RequestHead::new(&headers, "/");
        futures_util::FutureExt::now_or_never(HeaderResolver::default().resolve(&request)).unwrap()
    }

    #[test]
    fn one_identifier_is_found() {
        let acme = TenantName::Identifier(Slug::try_from("acme").unwrap());
        assert_eq!(resolve(vec![b"acme"]), Resolution::Found(Found::new(acme, "header")));
        assert_eq!(resolve(vec![]), Resolution::Nothing);
    }

    /// Threat 12: ambiguous and malformed input is refused, also when the lines agree.
    #[test]
    fn anything_else_is_refused() {
        let cases: [&[&[u8]]; 8] = [
            &[b"acme", b"globex"],
            &[b"acme", b"acme"],
            &[b"acme,globex"],
            &[b"acme, acme"],
            &[b""],
            &[b"ACME"],
            &[b"acme\n"],
            &[b"\xff\xfe"],
        ];
        for lines in cases {
            assert!(matches!(resolve(lines.to_vec()), Resolution::Refused(_)), "{lines:?}");
        }
    }
}
