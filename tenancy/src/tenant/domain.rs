//! A host name of a tenant's own.

use std::sync::Arc;

use super::error::{TenantError, excerpt};
use super::text::checked_text;

/// What a whole host name may be long, in bytes, without the root's dot (RFC 1035).
const MAX_LENGTH: usize = 253;
/// What one of its labels may be long, in bytes.
const MAX_LABEL: usize = 63;

/// A host name in the form in which it goes over the wire: lower case, ASCII, labels of other scripts in their
/// `xn--` form, without a port and without a dot at its end.
///
/// Two texts are the same domain only when they are the same bytes; [`Domain::from_unicode`] brings what a person
/// writes into that form. An address (`127.0.0.1`, `[::1]`) is no domain, and neither is a name of one label.
///
/// # Errors
/// The conversions from text give [`TenantError::Domain`] for everything else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(Arc<str>);

checked_text!(Domain);

impl Domain {
    /// The domain that a person means by `text`: in any case, in any script (UTS 46), with or without a dot at the end.
    ///
    /// # Errors
    /// [`TenantError::Domain`] where it is none.
    pub fn from_unicode(text: &str) -> Result<Self, TenantError> {
        let refuse = |problem| TenantError::Domain { value: excerpt(text), problem };
        let ascii = idna::domain_to_ascii_strict(text.strip_suffix('.').unwrap_or(text));
        Self::try_from(ascii.map_err(|_| refuse("it is no host name by the rules of UTS 46"))?)
    }

    fn check(text: &str) -> Result<(), TenantError> {
        let refuse = |problem| Err(TenantError::Domain { value: excerpt(text), problem });
        if text.len() > MAX_LENGTH {
            return refuse("it must have at most 253 characters");
        }
        if !text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.')) {
            return refuse(
                "only a-z, 0-9, `-` and `.` are allowed; `Domain::from_unicode` brings other scripts into that",
            );
        }
        let is_label = |label: &str| {
            (1..=MAX_LABEL).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
        };
        if !text.split('.').all(is_label) {
            return refuse("each label must have 1 to 63 characters and no hyphen at its ends");
        }
        if !text.contains('.') {
            return refuse("it must have at least two labels");
        }
        if ends_in_number(text) {
            return refuse("it is an address");
        }
        if text.split('.').any(|label| label.starts_with("xn--")) && idna::domain_to_unicode(text).1.is_err()
        {
            return refuse("one of its `xn--` labels is none");
        }
        Ok(())
    }
}

/// Whether browsers take it for an address: `1.2.3.4`, `0x7f.1` and all else whose last label is a number.
pub(crate) fn ends_in_number(text: &str) -> bool {
    let last = text.rsplit('.').next().unwrap_or_default();
    let is_hexadecimal = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    last.bytes().all(|byte| byte.is_ascii_digit()) || last.strip_prefix("0x").is_some_and(is_hexadecimal)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn the_grammar_is_held() {
        let longest = format!("{}.{}", "a".repeat(63), "b".repeat(63));
        for good in ["acme.com", "a.b", "shop.acme-corp.example", "xn--mnchen-3ya.de", "1.acme.com", &longest]
        {
            assert_eq!(Domain::try_from(good).unwrap().as_str(), good);
        }
        let long_label = format!("{}.com", "a".repeat(64));
        let long = format!("{}com", "a.".repeat(126));
        for bad in [
            "",
            ".",
            "acme",
            "localhost",
            "acme.com.",
            ".acme.com",
            "acme..com",
            "Acme.com",
            "acme.com:80",
            "-acme.com",
            "acme-.com",
            "acme.com/",
            "user@acme.com",
            "ac me.com",
            "acme.com\n",
            "acme_corp.com",
            "münchen.de",
            "127.0.0.1",
            "1.2.3",
            "a.0x7f",
            "[::1]",
            "xn--a.com",
            "xn--.com",
            "%61cme.com",
            &long_label,
            &long,
            &"a.".repeat(1 << 16),
        ] {
            assert!(
                matches!(Domain::try_from(bad), Err(TenantError::Domain { .. })),
                "`{bad:.80}` was accepted"
            );
        }
    }

    #[test]
    fn what_a_person_writes_is_brought_into_form() {
        for (text, domain) in [
            ("Acme.COM", "acme.com"),
            ("acme.com.", "acme.com"),
            ("München.de", "xn--mnchen-3ya.de"),
            ("mu\u{308}nchen.de", "xn--mnchen-3ya.de"),
            ("shop。acme.com", "shop.acme.com"),
        ] {
            assert_eq!(Domain::from_unicode(text).unwrap().as_str(), domain);
        }
        for bad in ["acme", "acme.com..", "acme.com:80", "a b.com", "acme.com/x", "127.0.0.1", "a\u{200b}"] {
            assert!(Domain::from_unicode(bad).is_err(), "`{bad}` was accepted");
        }
    }
}
