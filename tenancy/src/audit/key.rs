//! The keys of the chains.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, KeyInit};
use sha2::Sha256;

use super::error::AuditError;
use super::hex;

/// As long as the hash: a shorter key is easier to guess than the hash is to forge.
const MIN_BYTES: usize = 32;
const MAX_ID: usize = 32;

/// A key that entries are sealed with, and a name for it that is stored with each entry.
///
/// Without a key the chain is one of plain hashes: whoever may write to the table can change an entry and compute all
/// hashes behind it anew. With one they have to have the key too.
///
/// As text it is `name:hexadecimal digits`: `openssl rand -hex 32` gives the digits.
#[derive(Clone)]
pub struct AuditKey {
    id: String,
    // Ready to hash: the key itself is not kept.
    pub(super) mac: Hmac<Sha256>,
}

impl AuditKey {
    /// At least 32 random bytes. The name may have up to 32 of `a-z`, `0-9`, `-` and `_`; it tells keys apart when one
    /// follows another, and is no secret.
    ///
    /// # Errors
    ///
    /// [`AuditError::Key`] where it is too short, or the name cannot be one.
    pub fn new(id: &str, bytes: &[u8]) -> Result<Self, AuditError> {
        let refuse = |problem| Err(AuditError::Key { problem });
        let is_id = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
        if id.is_empty() || id.len() > MAX_ID || !id.bytes().all(is_id) {
            return refuse("its name must have 1 to 32 of a-z, 0-9, `-` and `_`");
        }
        if bytes.len() < MIN_BYTES {
            return refuse("it must have at least 32 bytes");
        }
        match Hmac::new_from_slice(bytes) {
            Ok(mac) => Ok(Self { id: id.to_owned(), mac }),
            Err(_) => refuse("its length cannot be used"),
        }
    }

    /// Its name.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl FromStr for AuditKey {
    type Err = AuditError;

    fn from_str(text: &str) -> Result<Self, AuditError> {
        let parts = text.trim().split_once(':');
        let parts = parts.and_then(|(id, digits)| Some((id, hex::decode(digits)?)));
        let (id, bytes) =
            parts.ok_or(AuditError::Key { problem: "write it as `name:hexadecimal digits`" })?;
        Self::new(id, &bytes)
    }
}

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The key that entries are sealed with, if there is one, and those that older entries may be sealed with.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys {
    pub(super) current: Option<AuditKey>,
    pub(super) former: Vec<AuditKey>,
}

impl Keys {
    pub(super) fn find(&self, id: &str) -> Option<&AuditKey> {
        self.current.iter().chain(&self.former).find(|key| key.id == id)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_key_is_long_and_has_a_name() {
        let digits = "5e".repeat(32);
        let key: AuditKey = format!("2026-11:{digits}\n").parse().unwrap();
        assert_eq!(key.id(), "2026-11");
        assert!(!format!("{key:?}").contains("5e5e"), "{key:?}");
        let short = "5e".repeat(31);
        for bad in [
            digits.clone(),
            format!(":{digits}"),
            format!("A:{digits}"),
            format!("a:{short}"),
            "a:xyz".into(),
        ] {
            let error = bad.parse::<AuditKey>().unwrap_err();
            assert!(matches!(error, AuditError::Key { .. }) && !error.to_string().contains("5e"), "{error}");
        }
    }
}
