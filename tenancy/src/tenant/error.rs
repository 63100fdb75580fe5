//! Why a value cannot be part of a tenant.

use std::convert::Infallible;

use thiserror::Error;

/// How much of a refused value an error repeats, in characters before escaping.
const EXCERPT_CHARS: usize = 64;

/// A value that cannot be part of a tenant.
///
/// A refused value is repeated at most 64 characters long and escaped, so that an error is safe to log whatever
/// a client has sent. Database URLs and the values of metadata are never repeated.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TenantError {
    /// The text is no [`TenantId`](super::TenantId).
    #[error("`{value}` is no tenant id: {problem}")]
    Id {
        /// The refused text, cut and escaped.
        value: String,
        /// What is wrong with it and what is expected.
        problem: &'static str,
    },
    /// The text is no [`Slug`](super::Slug).
    #[error("`{value}` is no tenant identifier: {problem}")]
    Slug {
        /// The refused text, cut and escaped.
        value: String,
        /// What is wrong with it and what is expected.
        problem: &'static str,
    },
    /// The text is no [`Domain`](super::Domain).
    #[error("`{value}` is no domain: {problem}")]
    Domain {
        /// The refused text, cut and escaped.
        value: String,
        /// What is wrong with it and what is expected.
        problem: &'static str,
    },
    /// The word names no [`TenantStatus`](super::TenantStatus).
    #[error("`{value}` is no tenant status: write one of {expected}")]
    Status {
        /// The refused text, cut and escaped.
        value: String,
        /// The words that are accepted.
        expected: &'static str,
    },
    /// The word names no [`Isolation`](super::Isolation).
    #[error("`{value}` is no isolation: write one of {expected}")]
    Isolation {
        /// The refused text, cut and escaped.
        value: String,
        /// The words that are accepted.
        expected: &'static str,
    },
    /// The text is no [`Relocation`](super::Relocation).
    #[error(
        "`{value}` is no move between isolations: write the isolation left, the one to come, and the attempt's id"
    )]
    Relocation {
        /// The refused text, cut and escaped.
        value: String,
    },
    /// The display name is empty, too long, or holds control characters.
    #[error("tenant name `{value}` is refused: {problem}")]
    Name {
        /// The refused text, cut and escaped.
        value: String,
        /// What is wrong with it and what is expected.
        problem: &'static str,
    },
    /// The schema name cannot be used, or is reserved by the database.
    #[error("schema name `{value}` is refused: {problem}")]
    SchemaName {
        /// The refused text, cut and escaped.
        value: String,
        /// What is wrong with it and what is expected.
        problem: &'static str,
    },
    /// The database URL cannot be one. It is not repeated: it may hold a password.
    #[error("the tenant's database URL is refused: {problem}")]
    DatabaseUrl {
        /// What is wrong with it and what is expected.
        problem: &'static str,
    },
    /// The metadata cannot be stored alike on every backend.
    #[error("the tenant's metadata is refused: {problem}")]
    Metadata {
        /// What is wrong with it and what is expected.
        problem: &'static str,
    },
    /// One of the typed settings in the metadata has the wrong type or is out of bounds.
    #[error("setting `{setting}` in the tenant's metadata must be {expected}, and it is {found}")]
    Setting {
        /// The key of the setting.
        setting: &'static str,
        /// What the setting has to be.
        expected: &'static str,
        /// What kind of value stands there.
        found: &'static str,
    },
    /// The application's own settings do not fit the type they were asked for as.
    #[error("`custom_settings` in the tenant's metadata do not fit the type asked for: {problem}")]
    CustomSettings {
        /// Where they differ, without the values that were found.
        problem: String,
    },
}

impl From<Infallible> for TenantError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// `value` as an error may repeat it: cut, and with everything escaped that could forge a line of a log.
pub(super) fn excerpt(value: &str) -> String {
    let mut chars = value.chars();
    let mut text: String = chars.by_ref().take(EXCERPT_CHARS).flat_map(char::escape_debug).collect();
    if chars.next().is_some() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn an_excerpt_is_short_and_on_one_line() {
        assert_eq!(excerpt("acme\n"), "acme\\n");
        assert_eq!(excerpt("a\u{202e}b\0"), "a\\u{202e}b\\0");
        assert_eq!(excerpt(&"x".repeat(64)).chars().count(), 64);
        let cut = excerpt(&"é".repeat(1_000_000));
        assert_eq!(cut.chars().count(), 65);
        assert!(cut.ends_with('…'));
    }
}
