//! The tenant in the path.

mod disguise;
mod remainder;

use std::borrow::Cow;

use async_trait::async_trait;
use percent_encoding::percent_decode;

use super::found::Found;
use super::head::RequestHead;
use super::identifier;
use super::link::Link;
use super::refusal::Refusal;
use super::resolver::{Resolution, TenantResolver};

pub(crate) use remainder::is_straight;

const MALFORMED: Refusal =
    Refusal::new("path-malformed", "the path's segment for the tenant holds no identifier");
const DISGUISED: Refusal =
    Refusal::new("path-disguised", "the path leads under the prefix only once it is decoded or cleaned");
const TOO_LONG: Refusal = Refusal::new("path-too-long", "the path is longer than 16 KiB");

const MAX_LENGTH: usize = 16 * 1024;
/// An encoded byte takes three; what is longer is no identifier.
const MAX_ENCODED: usize = 3 * 63;

/// Reads the identifier from the path's segment behind a prefix: `/tenants/acme/orders` is acme's, and the application
/// sees `/orders`.
///
/// The path is read as it stands in the request. The prefix is compared byte for byte, the segment decoded once, and
/// what follows stays as it is; of that are refused
///
/// - a dot segment, also where it is percent-encoded, once or more often, where it is between encoded slashes or
///   backslashes, and where it has a parameter (`..;x`);
/// - an empty segment at its beginning, since `//name` is a host to browsers;
/// - a backslash, a NUL, and what is still encoded after being decoded four times.
///
/// Encoded slashes and backslashes elsewhere, and empty segments further on, are the application's. A path that is under
/// the prefix only once it is decoded, or its empty and dot segments are taken out, is refused too. `/tenants` and
/// `/tenants/` name no tenant.
#[derive(Debug, Clone)]
pub struct PathResolver {
    /// With a slash at its beginning and none at its end; empty where tenants are at the root.
    prefix: String,
}

impl PathResolver {
    /// Tenants are under this prefix: `/tenants`, or `/` where the path's first segment is the tenant. A slash at its end
    /// makes no difference, and one at its beginning may be left out.
    pub fn new(prefix: impl AsRef<str>) -> Self {
        let prefix = prefix.as_ref();
        let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
        let slash = if prefix.is_empty() || prefix.starts_with('/') { "" } else { "/" };
        Self { prefix: format!("{slash}{prefix}") }
    }

    fn find(&self, request: &RequestHead<'_>) -> Result<Option<Found>, Refusal> {
        let path = request.path();
        let Some(rest) =
            path.strip_prefix(&*self.prefix).filter(|rest| matches!(rest.as_bytes(), [] | [b'/', ..]))
        else {
            return if disguise::leads_under(&self.prefix, path) { Err(DISGUISED) } else { Ok(None) };
        };
        let Some(rest) = rest.strip_prefix('/').filter(|rest| !rest.is_empty()) else { return Ok(None) };
        if path.len() > MAX_LENGTH {
            return Err(TOO_LONG);
        }
        let (segment, remainder) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, "/"),
        };
        if segment.len() > MAX_ENCODED {
            return Err(MALFORMED);
        }
        let segment = Cow::from(percent_decode(segment.as_bytes()));
        let found = identifier::found(&segment, "path").ok_or(MALFORMED)?;
        remainder::check(remainder)?;
        Ok(Some(found.with_remainder(remainder)))
    }
}

#[async_trait(?Send)]
impl TenantResolver for PathResolver {
    async fn resolve(&self, request: &RequestHead<'_>) -> Resolution {
        self.find(request).into()
    }

    fn problems(&self) -> Vec<String> {
        // What no encoder changes, so that the prefix is the same text in every address.
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let is_segment = |text: &str| !matches!(text, "" | "." | "..") && text.bytes().all(is_plain);
        if self.prefix.split('/').skip(1).all(is_segment) {
            return Vec::new();
        }
        let prefix = self.prefix.escape_debug();
        vec![format!(
            "`{prefix}` is no prefix of a path: write segments of letters, digits, `-`, `.`, `_` and `~`, like `/tenants`"
        )]
    }

    /// The prefix, the identifier, and the path; behind a scope's own path where the resolver is a scope's. None for a path
    /// outside of that scope: there it names nobody.
    fn link_to(&self, link: &Link<'_>) -> Option<String> {
        let scope = link.request().scope();
        let rest = link.path().strip_prefix(scope)?;
        let rest = match rest.as_bytes().first() {
            Some(b'/') => Cow::Borrowed(rest),
            None | Some(b'?' | b'#') => Cow::Owned(format!("/{rest}")),
            Some(_) => return None,
        };
        Some(format!("{scope}{}/{}{rest}", self.prefix, link.identifier()))
    }
}
