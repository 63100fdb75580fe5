//! What is left of the path behind the tenant.

use std::borrow::Cow;

use percent_encoding::percent_decode;

use super::super::refusal::Refusal;

const BACKSLASH: Refusal = Refusal::new("path-backslash", "the path holds a backslash");
const EMPTY_SEGMENT: Refusal =
    Refusal::new("path-empty-segment", "the path behind the tenant begins with an empty segment");
const DOT_SEGMENT: Refusal = Refusal::new("path-dot-segment", "the path behind the tenant has a dot segment");
const NUL: Refusal = Refusal::new("path-nul", "the path holds a NUL");
const ENCODING: Refusal = Refusal::new("path-encoding", "the path is percent-encoded more than four times");

/// How often it is decoded: enough for whatever stands behind an application, and a bound on the work.
const MAX_DECODINGS: usize = 4;

/// Refuses what could lead out of the tenant's part of the paths. `remainder` begins with a slash.
pub(super) fn check(remainder: &str) -> Result<(), Refusal> {
    if remainder.contains('\\') {
        return Err(BACKSLASH);
    }
    let mut decoded = fully_decoded(remainder)?;
    // Browsers take them out of an address that they are sent to.
    let is_dropped = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r');
    if decoded.iter().any(is_dropped) {
        decoded.to_mut().retain(|byte| !is_dropped(byte));
    }
    if decoded.contains(&0) {
        return Err(NUL);
    }
    if matches!(*decoded, [_, b'/' | b'\\', ..]) {
        return Err(EMPTY_SEGMENT);
    }
    let is_dots =
        |segment: &[u8]| matches!(segment, [b'.'] | [b'.', b'.'] | [b'.', b';', ..] | [b'.', b'.', b';', ..]);
    if decoded.split(|byte| matches!(byte, b'/' | b'\\')).any(is_dots) {
        return Err(DOT_SEGMENT);
    }
    Ok(())
}

/// Whether a path, which begins with a slash, has no step out of itself, in any way of writing one.
pub(crate) fn is_straight(path: &str) -> bool {
    check(path).is_ok()
}

/// Decoded until nothing is encoded any more; borrowed where nothing is.
pub(super) fn fully_decoded(path: &str) -> Result<Cow<'_, [u8]>, Refusal> {
    let mut decoded = Cow::Borrowed(path.as_bytes());
    for _ in 0..=MAX_DECODINGS {
        match Cow::from(percent_decode(&decoded)) {
            Cow::Borrowed(_) => return Ok(decoded),
            Cow::Owned(once) => decoded = Cow::Owned(once),
        }
    }
    Err(ENCODING)
}
