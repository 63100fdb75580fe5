//! An identifier in the bytes of a request.

use super::found::{Found, TenantName};
use crate::tenant::Slug;

/// The longest identifier: what is longer is not looked into.
const MAX_LENGTH: usize = 63;

/// What `source` has found, if the bytes are an identifier as they are.
pub(super) fn found(bytes: &[u8], source: &'static str) -> Option<Found> {
    identifier(bytes).map(|identifier| Found::new(TenantName::Identifier(identifier), source))
}

/// The identifier, if the bytes are one as they are.
pub(super) fn identifier(bytes: &[u8]) -> Option<Slug> {
    if bytes.len() > MAX_LENGTH {
        return None;
    }
    std::str::from_utf8(bytes).ok().and_then(|text| Slug::try_from(text).ok())
}
