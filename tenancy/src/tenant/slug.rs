//! A tenant's identifier: the name it has in URLs and headers.

use std::sync::Arc;

use super::error::{TenantError, excerpt};
use super::text::checked_text;

/// A tenant's identifier: the name it has in host names, paths and headers.
///
/// The grammar is `[a-z][a-z0-9-]{1,61}[a-z0-9]`: 3 to 63 bytes, which is also what one label of a host name
/// may be. Two texts are the same slug only when they are the same bytes: nothing is trimmed, folded or
/// replaced. Cloning is cheap.
///
/// # Errors
/// The conversions from text give [`TenantError::Slug`] for everything else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(Arc<str>);

checked_text!(Slug);

impl Slug {
    fn check(text: &str) -> Result<(), TenantError> {
        let refuse = |problem| Err(TenantError::Slug { value: excerpt(text), problem });
        if !(3..=63).contains(&text.len()) {
            return refuse("it must have 3 to 63 characters");
        }
        if !text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
            return refuse("only a-z, 0-9 and `-` are allowed");
        }
        if !text.starts_with(|first: char| first.is_ascii_lowercase()) {
            return refuse("it must begin with a letter");
        }
        if text.ends_with('-') {
            return refuse("it must end with a letter or a digit");
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
        for good in ["abc", "a-b", "a--b", "acme-corp", "a12", &"z".repeat(63)] {
            assert_eq!(Slug::try_from(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "ab",
            "acme\n",
            "acme\r\n",
            "\nacme",
            "acme\0",
            "Acme",
            "acme ",
            " acme",
            "1ab",
            "-ab",
            "ab-",
            "a_b",
            "a.b",
            "acme.",
            "a/b",
            "../",
            "a%2d",
            "münchen",
            "аcme",
            "acme\u{200b}",
            "ａcme",
            &"z".repeat(64),
            &"z".repeat(1 << 20),
        ] {
            assert!(matches!(Slug::try_from(bad), Err(TenantError::Slug { .. })), "a bad slug was accepted");
            assert!(bad.parse::<Slug>().is_err());
            assert!(serde_json::from_value::<Slug>(serde_json::json!(bad)).is_err());
        }
    }

    #[test]
    fn the_error_shows_the_line_feed() {
        let error = Slug::try_from("acme\n").unwrap_err();
        assert_eq!(error.to_string(), r"`acme\n` is no tenant identifier: only a-z, 0-9 and `-` are allowed");
    }
}
