//! The tenant in a header.

use async_trait::async_trait;

use super::head::RequestHead;
use super::resolver::{Resolution, TenantResolver};
use crate::tenant::Slug;

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

#[async_trait(?Send)]
impl TenantResolver for HeaderResolver {
    async fn resolve(&self, request: &RequestHead<'_>) -> Resolution {
        match request.header(&self.name).as_slice() {
            [] => Resolution::Nothing,
            [value] => identifier(value),
            // Two proxies, or an attacker and a proxy, may each have written one.
            _ => Resolution::Refused("more than one line of the tenant header"),
        }
    }
}

fn identifier(value: &[u8]) -> Resolution {
    match std::str::from_utf8(value).ok().map(Slug::try_from) {
        Some(Ok(identifier)) => Resolution::Identifier(identifier),
        _ => Resolution::Refused("the tenant header holds no identifier"),
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
        let request = RequestHead::new(&headers, "/", "", None);
        futures_util::FutureExt::now_or_never(HeaderResolver::default().resolve(&request)).unwrap()
    }

    #[test]
    fn one_identifier_is_found() {
        assert_eq!(resolve(vec![b"acme"]), Resolution::Identifier(Slug::try_from("acme").unwrap()));
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
