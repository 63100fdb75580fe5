//! A key, and its id.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::general_purpose::STANDARD as WITH_PADDING;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use zeroize::Zeroizing;

use super::error::KeyError;

/// The length of a key, in bytes.
const LENGTH: usize = 32;
/// The longest id, in bytes. A key's text is longer, so that one that stands in an id's place is none.
const MAX_ID: usize = 32;

/// The name of a key, which is in every value sealed under it: 1 to 32 of `a-z`, `0-9`, `_` and `-`, beginning with a letter
/// or a digit. An id is never used for another key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(Arc<str>);

impl KeyId {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for KeyId {
    type Error = KeyError;

    fn try_from(text: &str) -> Result<Self, KeyError> {
        let is_word = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
        let begins = text.starts_with(|first: char| first.is_ascii_alphanumeric());
        if !begins || text.len() > MAX_ID || !text.bytes().all(is_word) {
            return Err(KeyError::Id);
        }
        Ok(Self(Arc::from(text)))
    }
}

impl std::str::FromStr for KeyId {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::try_from(text)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A key of 256 bits. It is wiped from memory when it is dropped, and `Debug` shows nothing of it.
pub struct Key(SecretBox<[u8; LENGTH]>);

impl Key {
    /// A fresh key, from the operating system's random numbers.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn generate() -> Result<Self, KeyError> {
        let mut drawn = Ok(());
        let key = SecretBox::init_with_mut(|bytes: &mut [u8; LENGTH]| drawn = getrandom::fill(bytes));
        match drawn {
            Ok(()) => Ok(Self(key)),
            Err(_) => Err(KeyError::NoRandomness),
        }
    }

    /// A key of these bytes.
    ///
    /// # Errors
    /// [`KeyError::Form`] where they are not 32, [`KeyError::Guessable`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.len() != LENGTH {
            return Err(KeyError::Form);
        }
        if bytes.windows(2).all(|two| two[0] == two[1]) {
            return Err(KeyError::Guessable);
        }
        Ok(Self(SecretBox::init_with_mut(|key: &mut [u8; LENGTH]| key.copy_from_slice(bytes))))
    }

    /// A key as text: base64 in either alphabet, with padding or without, or hexadecimal digits.
    ///
    /// # Errors
    /// [`KeyError::Form`], [`KeyError::Guessable`].
    pub fn from_text(text: &SecretString) -> Result<Self, KeyError> {
        Self::parse(text.expose_secret())
    }

    pub(super) fn parse(text: &str) -> Result<Self, KeyError> {
        // One byte more than a key has: what is longer is seen to be.
        let mut bytes = Zeroizing::new([0; LENGTH + 1]);
        let length = match text.len() {
            43 | 44 => decode(text, bytes.as_mut_slice()).ok_or(KeyError::Form)?,
            64 => digits(text, bytes.as_mut_slice()).ok_or(KeyError::Form)?,
            _ => return Err(KeyError::Form),
        };
        Self::from_bytes(&bytes[..length])
    }

    /// The key as base64, to be written where the application's keys are.
    pub fn to_text(&self) -> SecretString {
        WITH_PADDING.encode(self.bytes()).into()
    }

    pub(super) fn bytes(&self) -> &[u8; LENGTH] {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(***)")
    }
}

/// Base64 in either alphabet.
fn decode(text: &str, into: &mut [u8]) -> Option<usize> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    [STANDARD, URL_SAFE]
        .iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, config).decode_slice(text, into).ok())
}

/// Hexadecimal digits, two for each byte.
fn digits(text: &str, into: &mut [u8]) -> Option<usize> {
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    for (pair, byte) in text.as_bytes().chunks_exact(2).zip(into) {
        *byte = value(pair[0])? * 16 + value(pair[1])?;
    }
    Some(text.len() / 2)
}
