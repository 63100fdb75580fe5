//! What is wrong with keys, and with what they seal.

use crate::tenant::TenantId;

use super::key::KeyId;
use super::text::MAX_SEALED;

/// A text is no key, or no key's id. Nothing of it is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The text is no [`KeyId`].
    #[error("a key's id has 1 to 32 of a-z, 0-9, `_` and `-`, and begins with a letter or a digit")]
    Id,
    /// The text is no [`Key`](super::Key).
    #[error(
        "a key is 32 bytes, as 44 characters of base64 or 64 hexadecimal digits: make one with `tenancy keys generate`"
    )]
    Form,
    /// The bytes are one byte, over and over.
    #[error("a key of the same byte 32 times is no secret: make one with `tenancy keys generate`")]
    Guessable,
    /// The operating system gave no random bytes to make a key of.
    #[error("the operating system gives no random bytes to make a key of")]
    NoRandomness,
}

/// Keys that make no ring. Nothing of a key is repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the keys of tenants' secrets cannot be used: {}", .problems.join("; "))]
#[non_exhaustive]
pub struct KeyRingError {
    /// Everything that is wrong, each as a sentence.
    pub problems: Vec<String>,
}

impl KeyRingError {
    /// An error where there are problems.
    pub(super) fn of(problems: Vec<String>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self { problems }) }
    }
}

/// A value could not be sealed or opened. Neither the value nor a key is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` of tenant `{tenant}` {problem}")]
#[non_exhaustive]
pub struct SealError {
    /// Whose value it is.
    pub tenant: TenantId,
    /// Which field it is: `database_url`, or `metadata.` and the key.
    pub field: String,
    /// What is wrong.
    pub problem: SealProblem,
}

/// What is wrong with a value that was to be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealProblem {
    /// It is not sealed.
    #[error(
        "is in the clear and has to be sealed: if it is from before sealing, seal it with \
         `tenancy keys rotate --accept-plain`"
    )]
    Clear,
    /// It does not have the form of what is sealed.
    #[error("is sealed and has been cut or altered: {0}")]
    Malformed(&'static str),
    /// It is of a format that this version does not read.
    #[error("is sealed in format {version}, which this version of tenancy does not read")]
    Format {
        /// The format's number.
        version: u16,
    },
    /// The ring does not have its key.
    #[error("is sealed under key `{key}`, which is not among the keys: add it behind the current one")]
    UnknownKey {
        /// The key's id.
        key: KeyId,
    },
    /// It is not what was sealed for this tenant and field under this key.
    #[error(
        "does not open under key `{key}`: it was altered, or sealed for another tenant or field, or under another \
         key of that id"
    )]
    Refused {
        /// The key's id.
        key: KeyId,
    },
    /// It is too long to be sealed.
    #[error("is longer than {MAX_SEALED} bytes, which is the most that is sealed")]
    TooLong,
    /// The field's name is empty, too long, or holds control characters.
    #[error("has no name that can be sealed with: it must have 1 to 255 bytes, without control characters")]
    Field,
    /// The operating system gave no random bytes.
    #[error("cannot be sealed: the operating system gives no random bytes")]
    NoRandomness,
}

impl SealProblem {
    /// The error that says whose value it is.
    pub(super) fn of(self, tenant: &TenantId, field: &str) -> SealError {
        SealError { tenant: tenant.clone(), field: field.escape_debug().take(255).collect(), problem: self }
    }
}
