//! The grammar of `Forwarded` (RFC 7239, 4).

use std::borrow::Cow;

use super::super::refusal::Refusal;
use super::super::token::is_token_byte;

const TOO_LONG: Refusal =
    Refusal::new("forwarded-too-long", "the header `Forwarded` is longer than 1,024 bytes");
const MALFORMED: Refusal =
    Refusal::new("forwarded-malformed", "the header `Forwarded` is not as RFC 7239 has it");

const MAX_LENGTH: usize = 1024;

/// The parameters that have a meaning; each may be there once.
const PARAMETERS: [&str; 4] = ["host", "proto", "for", "by"];

/// What one proxy says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Element<'a> {
    pub(super) host: Option<Cow<'a, [u8]>>,
    pub(super) proto: Option<Cow<'a, [u8]>>,
    /// Whom the proxy has the request from.
    #[cfg_attr(not(feature = "actix"), allow(dead_code, reason = "only handlers ask"))]
    pub(super) client: Option<Cow<'a, [u8]>>,
}

/// The one element of the header; `list` where there are more.
pub(super) fn element(value: &[u8], list: Refusal) -> Result<Element<'_>, Refusal> {
    if value.len() > MAX_LENGTH {
        return Err(TOO_LONG);
    }
    let mut values: [Option<Cow<'_, [u8]>>; 4] = [const { None }; 4];
    let mut rest = value;
    loop {
        // A pair may be missing between two semicolons; a whole element without any says nothing and is no forwarding.
        if !matches!(rest.first(), Some(b';') | None) {
            let pair = pair(rest)?;
            rest = pair.behind;
            let known = PARAMETERS.iter().position(|known| pair.name.eq_ignore_ascii_case(known.as_bytes()));
            if let Some(at) = known
                && values[at].replace(pair.value).is_some()
            {
                return Err(MALFORMED);
            }
        }
        match rest {
            [] => break,
            [b';', behind @ ..] => rest = behind,
            _ if super::super::head::without_spaces(rest).starts_with(b",") => return Err(list),
            _ => return Err(MALFORMED),
        }
    }
    if values.iter().all(Option::is_none) {
        return Err(MALFORMED);
    }
    let [host, proto, client, _] = values;
    Ok(Element { host, proto, client })
}

/// A parameter and what is behind it.
struct Pair<'a> {
    name: &'a [u8],
    value: Cow<'a, [u8]>,
    behind: &'a [u8],
}

fn pair(text: &[u8]) -> Result<Pair<'_>, Refusal> {
    let (name, rest) = token(text);
    let [b'=', rest @ ..] = rest else { return Err(MALFORMED) };
    let (value, behind) = match rest {
        [b'"', rest @ ..] => quoted(rest)?,
        _ => {
            let (value, behind) = token(rest);
            (Cow::Borrowed(value), behind)
        }
    };
    if name.is_empty() || value.is_empty() {
        return Err(MALFORMED);
    }
    Ok(Pair { name, value, behind })
}

fn token(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| is_token_byte(**byte)).count())
}

/// A quoted string (RFC 9110, 5.6.4) behind its first quote, without its backslashes.
fn quoted(text: &[u8]) -> Result<(Cow<'_, [u8]>, &[u8]), Refusal> {
    let is_text = |byte: u8| matches!(byte, b'\t' | b' '..=b'~' | 0x80..);
    let mut escaped = Vec::new();
    let mut copied = 0;
    let mut at = 0;
    loop {
        match text[at..] {
            [b'"', ..] if copied == 0 => return Ok((Cow::Borrowed(&text[..at]), &text[at + 1..])),
            [b'"', ..] => {
                escaped.extend_from_slice(&text[copied..at]);
                return Ok((Cow::Owned(escaped), &text[at + 1..]));
            }
            [b'\\', byte, ..] if is_text(byte) => {
                escaped.extend_from_slice(&text[copied..at]);
                escaped.push(byte);
                at += 2;
                copied = at;
            }
            [byte, ..] if is_text(byte) && byte != b'\\' => at += 1,
            _ => return Err(MALFORMED),
        }
    }
}
