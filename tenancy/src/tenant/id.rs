//! A tenant's id.

use std::sync::Arc;

use uuid::Uuid;

use super::error::{TenantError, excerpt};
use super::text::checked_text;

/// The longest id, in bytes.
const MAX_LEN: usize = 48;

/// A tenant's id: opaque, given once, and never given to another tenant.
///
/// Names of schemas, databases and files, and the key in a tenant column, come from the id, because the
/// [`Slug`](super::Slug) may be changed and taken over by another tenant and the id may not.
///
/// The grammar is `[a-z0-9][a-z0-9_-]{0,47}`: 1 to 48 bytes of lower-case ASCII. Cloning is cheap.
///
/// # Errors
/// The conversions from text give [`TenantError::Id`] for everything else; nothing is trimmed or folded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantId(Arc<str>);

checked_text!(TenantId);

impl TenantId {
    /// A fresh id: a version 7 UUID as 32 lower-case hexadecimal digits. Later ids sort after earlier ones, to
    /// the millisecond.
    pub fn generate() -> Self {
        let mut buffer = Uuid::encode_buffer();
        Self(Arc::from(&*Uuid::now_v7().simple().encode_lower(&mut buffer)))
    }

    /// The text, shared with this id.
    pub(super) fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }

    fn check(text: &str) -> Result<(), TenantError> {
        let refuse = |problem| Err(TenantError::Id { value: excerpt(text), problem });
        if text.is_empty() || text.len() > MAX_LEN {
            return refuse("it must have 1 to 48 characters");
        }
        if !text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-')) {
            return refuse("only a-z, 0-9, `_` and `-` are allowed");
        }
        if text.starts_with(['_', '-']) {
            return refuse("it must begin with a letter or a digit");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn the_grammar_is_held() {
        for good in ["a", "0", "acme", "a_b-c", "7f3", "a-", "a_", &"z".repeat(48)] {
            assert_eq!(TenantId::try_from(good).unwrap().as_str(), good);
            assert_eq!(good.parse::<TenantId>().unwrap().to_string(), good);
        }
        for bad in [
            "",
            "acme\n",
            "\nacme",
            "acme\0",
            "Acme",
            " acme",
            "acme ",
            "_a",
            "-a",
            "a.b",
            "a/b",
            "..",
            "a%62",
            "a'b",
            "a\"b",
            "akmé",
            "аcme",
            "a\u{200b}b",
            "a\u{301}",
            "٣",
            &"z".repeat(49),
        ] {
            assert!(matches!(TenantId::try_from(bad), Err(TenantError::Id { .. })), "{bad:?} was accepted");
            assert!(TenantId::try_from(bad.to_owned()).is_err());
            assert!(serde_json::from_value::<TenantId>(serde_json::json!(bad)).is_err());
        }
    }

    #[test]
    fn generated_ids_are_canonical_distinct_and_ordered() {
        let ids: Vec<_> = (0..1000).map(|_| TenantId::generate()).collect();
        for id in &ids {
            assert_eq!(TenantId::try_from(id.as_str()).unwrap(), *id);
            assert_eq!(id.as_str().len(), 32);
            assert_eq!(&id.as_str()[12..13], "7");
        }
        assert!(ids.is_sorted());
        assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), 1000);
    }

    #[test]
    fn an_error_does_not_repeat_long_input() {
        let error = TenantId::try_from("A".repeat(1 << 20)).unwrap_err();
        assert!(error.to_string().len() < 200);
    }

    #[test]
    fn json_is_the_plain_text() {
        let id = TenantId::try_from("acme").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"acme\"");
        assert_eq!(serde_json::from_str::<TenantId>("\"acme\"").unwrap(), id);
        assert!(serde_json::from_str::<TenantId>("7").is_err());
    }
}
