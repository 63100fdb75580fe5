//! The text of what is sealed: `$sealed$1$`, the key's id, `$`, and base64url of nonce, ciphertext and tag.
//!
//! No URL begins with a dollar sign, and whoever sees the text in a table sees what it is and which key it takes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::error::SealProblem;
use super::key::KeyId;
use crate::tenant::SEALED;

/// The most bytes that are sealed at one time. Sealed, they still fit where MySQL keeps 64 KiB.
pub const MAX_SEALED: usize = 32 * 1024;

/// The format's number.
pub(super) const FORMAT: u16 = 1;
/// What is in front of the ciphertext.
pub(super) const NONCE: usize = 24;
/// What is behind it.
pub(super) const TAG: usize = 16;

/// Whether a text says of itself that it is sealed. What a store was given may say so too, which is why everything that has
/// to be sealed is sealed, whatever it looks like.
pub fn is_sealed(text: &str) -> bool {
    text.starts_with(SEALED)
}

/// A text, taken apart.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) key: KeyId,
    /// Nonce, ciphertext and tag: no fewer bytes than the first and the last have.
    pub(super) bytes: Vec<u8>,
}

/// Takes a text apart. Whatever is wrong with it, no part of it is named before all of it has the form.
pub(super) fn parse(text: &str) -> Result<Parts, SealProblem> {
    let rest = text.strip_prefix(SEALED).ok_or(SealProblem::Clear)?;
    let (format, rest) = rest.split_once('$').ok_or(CUT)?;
    match number(format) {
        Some(FORMAT) => {}
        Some(version) => return Err(SealProblem::Format { version }),
        None => return Err(SealProblem::Malformed("its format is no number")),
    }
    let (key, encoded) = rest.split_once('$').ok_or(CUT)?;
    let key = KeyId::try_from(key).map_err(|_| SealProblem::Malformed("it names no key"))?;
    let longest = (NONCE + MAX_SEALED + TAG).div_ceil(3) * 4;
    if encoded.len() > longest {
        return Err(SealProblem::Malformed("it is longer than anything that is sealed"));
    }
    let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| SealProblem::Malformed("it is no base64url"))?;
    if bytes.len() < NONCE + TAG {
        return Err(CUT);
    }
    Ok(Parts { key, bytes })
}

const CUT: SealProblem = SealProblem::Malformed("its end is missing");

/// A number as it is written: without a sign, and without zeros in front.
fn number(text: &str) -> Option<u16> {
    text.parse().ok().filter(|number: &u16| number.to_string() == text)
}

/// Puts a text together.
pub(super) fn write(key: &KeyId, bytes: &[u8]) -> String {
    format!("{SEALED}{FORMAT}${key}${}", URL_SAFE_NO_PAD.encode(bytes))
}
