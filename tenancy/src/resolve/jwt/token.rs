//! From the header's value to the parts of a token.

use serde_json::{Map, Value};

use super::algorithm::JwtAlgorithm;
use super::{refusals, strict};
use crate::resolve::Refusal;
use crate::resolve::token::is_token_byte;

/// Longer tokens are not looked at. Servers cut the whole head at a size of this order.
pub(super) const LONGEST_TOKEN: usize = 8192;

/// A token before anything in it is believed.
pub(super) struct Token<'a> {
    /// The key's id, which is only ever compared.
    pub(super) key_id: Option<String>,
    pub(super) algorithm: JwtAlgorithm,
    /// What is signed.
    pub(super) message: &'a [u8],
    pub(super) signature: Vec<u8>,
    claims: &'a [u8],
}

impl Token<'_> {
    /// The claims. To be asked for when the signature has been verified.
    pub(super) fn claims(&self) -> Result<Map<String, Value>, Refusal> {
        strict::decode(self.claims).and_then(|json| strict::object(&json)).ok_or(refusals::CLAIMS)
    }
}

/// The token in a value of `Authorization`, if its scheme is `Bearer`, in any case (RFC 9110, 11.1).
pub(super) fn bearer(value: &[u8]) -> Result<Option<&[u8]>, Refusal> {
    let end = value.iter().position(|byte| !is_token_byte(*byte)).unwrap_or(value.len());
    let (scheme, rest) = value.split_at(end);
    if scheme.is_empty() {
        return Err(refusals::MALFORMED);
    }
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return Ok(None);
    }
    // One space or more, and nothing that another reader might take for one.
    let token = rest.trim_ascii_start();
    if token.is_empty() || rest[..rest.len() - token.len()].iter().any(|byte| *byte != b' ') {
        return Err(refusals::MALFORMED);
    }
    Ok(Some(token))
}

/// Takes a token apart and reads its header.
pub(super) fn parse(token: &[u8]) -> Result<Token<'_>, Refusal> {
    if token.len() > LONGEST_TOKEN {
        return Err(refusals::TOO_LONG);
    }
    if !token.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte)) {
        return Err(refusals::MALFORMED);
    }
    let mut parts = token.split(|byte| *byte == b'.');
    let (Some(header), Some(claims), Some(signature)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(refusals::MALFORMED);
    };
    match parts.count() {
        0 => {}
        2 => return Err(refusals::ENCRYPTED),
        _ => return Err(refusals::MALFORMED),
    }
    let decoded = strict::decode(header).ok_or(refusals::MALFORMED)?;
    let signature = strict::decode(signature).ok_or(refusals::MALFORMED)?;
    let message = &token[..header.len() + 1 + claims.len()];

    let header = strict::object(&decoded).ok_or(refusals::HEADER)?;
    // We understand no extension, so whatever is critical is refused (RFC 7515, 4.1.11). `jwk`, `jku`, `x5u` and `x5c`
    // offer a key: nothing here reads them.
    if header.contains_key("crit") {
        return Err(refusals::CRITICAL);
    }
    let Some(Value::String(algorithm)) = header.get("alg") else { return Err(refusals::HEADER) };
    let algorithm = JwtAlgorithm::from_name(algorithm).ok_or(refusals::ALGORITHM)?;
    let key_id = match header.get("kid") {
        None => None,
        Some(Value::String(id)) => Some(id.clone()),
        Some(_) => return Err(refusals::HEADER),
    };
    Ok(Token { key_id, algorithm, message, signature, claims })
}
