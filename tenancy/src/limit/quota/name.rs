//! The names of counters.

use std::borrow::Cow;
use std::fmt;

use super::QuotaError;

/// The longest name, in bytes.
const LONGEST: usize = 64;

/// The name of a counter: `[a-z][a-z0-9_.-]{0,63}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuotaName(Cow<'static, str>);

impl QuotaName {
    pub(super) const USERS: Self = Self(Cow::Borrowed("users"));
    pub(super) const STORAGE: Self = Self(Cow::Borrowed("storage"));

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for QuotaName {
    type Error = QuotaError;

    fn try_from(text: &str) -> Result<Self, QuotaError> {
        let is_allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-');
        if text.len() > LONGEST
            || !text.starts_with(|first: char| first.is_ascii_lowercase())
            || !text.bytes().all(is_allowed)
        {
            let name = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
            return Err(QuotaError::Name { name });
        }
        Ok(Self(Cow::Owned(text.to_owned())))
    }
}

impl fmt::Display for QuotaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn the_grammar_is_held() {
        for good in ["a", "users", "api.calls-2026_11", &"z".repeat(64)] {
            assert_eq!(QuotaName::try_from(good).unwrap().as_str(), good);
        }
        for bad in ["", "Users", "1a", "_a", "a b", "a'b", "é", "a\n", "a\0", &"z".repeat(65)] {
            let error = QuotaName::try_from(bad).unwrap_err();
            assert!(matches!(error, QuotaError::Name { .. }), "{bad:?}");
        }
        for constant in [QuotaName::USERS, QuotaName::STORAGE] {
            assert_eq!(QuotaName::try_from(constant.as_str()).unwrap(), constant);
        }
    }
}
