//! The forms in which a mark may be in an answer.

use super::mark::Mark;

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// How a mark was written, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Trace {
    pub(super) form: &'static str,
    pub(super) at: usize,
}

/// Where the mark is in the answer, if it is in any form.
pub(super) fn find(mark: &Mark, answer: &[u8]) -> Option<Trace> {
    let lower = answer.to_ascii_lowercase();
    let text = mark.as_str();
    // In any case: what is not about the case of letters is looked for in lower case.
    let folded = [
        ("as it is", text.as_bytes().to_vec()),
        ("backwards", text.bytes().rev().collect()),
        ("in hexadecimal", each(text, |byte| format!("{byte:02x}"))),
        ("percent-encoded", each(text, |byte| format!("%{byte:02x}"))),
        ("as JSON escapes", each(text, |byte| format!("\\u{byte:04x}"))),
        ("as HTML references", each(text, |byte| format!("&#{byte};"))),
        ("as hexadecimal HTML references", each(text, |byte| format!("&#x{byte:x};"))),
        ("in UTF-16", text.bytes().flat_map(|byte| [byte, 0]).collect()),
        ("as a list of bytes", each(text, |byte| format!("{byte},"))),
        ("as a list of bytes", each(text, |byte| format!("{byte}, "))),
    ];
    let folded = folded.iter().find_map(|(form, bytes)| Some(Trace { form, at: position(&lower, bytes)? }));
    let base64 = || {
        let forms = (0..3).map(|skipped| base64_core(text.as_bytes(), skipped));
        forms.into_iter().find_map(|core| Some(Trace { form: "in base64", at: position(answer, &core)? }))
    };
    folded.or_else(base64)
}

fn each(text: &str, write: impl Fn(u8) -> String) -> Vec<u8> {
    let mut written = text.bytes().map(write).collect::<String>();
    // What stands between two bytes may be missing behind the last.
    if written.ends_with([',', ' ']) {
        written.truncate(written.trim_end_matches([',', ' ']).len());
    }
    written.into_bytes()
}

/// The part of a base64 text that depends on `bytes` alone, when so many bytes stand in front of them in the
/// group of three. Of lower-case letters and digits there are no `+` and `/`, so the URL's alphabet is the same.
fn base64_core(bytes: &[u8], skipped: usize) -> Vec<u8> {
    let padded: Vec<u8> = std::iter::repeat_n(0, skipped).chain(bytes.iter().copied()).collect();
    let whole = padded.chunks_exact(3).skip(usize::from(skipped > 0));
    whole
        .flat_map(|group| {
            let bits = group.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
            [18, 12, 6, 0].map(|shift| BASE64.get(bits >> shift & 63).copied().unwrap_or_default())
        })
        .collect()
}

fn position(answer: &[u8], wanted: &[u8]) -> Option<usize> {
    answer.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn form(mark: &Mark, answer: &str) -> Option<&'static str> {
        find(mark, answer.as_bytes()).map(|trace| trace.form)
    }

    #[test]
    fn a_mark_is_found_in_every_form() {
        let mark = Mark::generate();
        let text = mark.as_str();
        assert_eq!(form(&mark, &format!("[\"anvil {text}\"]")), Some("as it is"));
        assert_eq!(form(&mark, &text.to_uppercase()), Some("as it is"));
        assert_eq!(form(&mark, &text.chars().rev().collect::<String>()), Some("backwards"));
        let written = |write: fn(u8) -> String| text.bytes().map(write).collect::<String>();
        assert_eq!(form(&mark, &written(|byte| format!("{byte:02X}"))), Some("in hexadecimal"));
        assert_eq!(form(&mark, &written(|byte| format!("%{byte:02X}"))), Some("percent-encoded"));
        assert_eq!(form(&mark, &written(|byte| format!("\\u{byte:04X}"))), Some("as JSON escapes"));
        assert_eq!(form(&mark, &written(|byte| format!("&#{byte};"))), Some("as HTML references"));
        assert_eq!(form(&mark, &format!("{:?}", text.as_bytes())), Some("as a list of bytes"));
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(find(&mark, &wide).unwrap().form, "in UTF-16");
    }

    /// What an encoder of the whole answer would make of it, wherever the mark stands in a group of three.
    #[test]
    fn base64_is_found_at_every_offset() {
        assert_eq!(base64_core(b"Many hands", 0), b"TWFueSBoYW5k");
        let mark = Mark::generate();
        for before in ["", "a", "ab", "abc"] {
            let plain = format!("{before}{mark}--");
            let encoded = base64_core(plain.as_bytes(), 0);
            assert_eq!(find(&mark, &encoded).map(|trace| trace.form), Some("in base64"), "{before}");
        }
    }

    #[test]
    fn another_mark_is_not_found() {
        let (mark, other) = (Mark::generate(), Mark::generate());
        assert_eq!(form(&mark, &format!("{other} {}", other.on("anvil"))), None);
        assert_eq!(form(&mark, ""), None);
    }
}
