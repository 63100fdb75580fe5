//! What goes over the wire in front of a statement, and what must not come back from it.

use std::collections::VecDeque;
use std::io;

use bytes::BytesMut;

use super::frames::Frames;
use super::line::Line;

/// What the server answers to a setting: it is bound, its value is a row, it is done.
const ANSWER: &[u8] = b"2DC";
/// The same where it had to be parsed before.
const FIRST_ANSWER: &[u8] = b"12DC";

/// Both directions of one connection.
///
/// The server answers requests in their order and ends each answer with one `Z`. Whatever does not fit into that is an
/// error, and ends the connection.
#[derive(Debug)]
pub(super) struct Dialogue {
    line: Line,
    to_server: Frames,
    from_server: Frames,
    /// Whether messages of the last request are still to be sent.
    is_asking: bool,
    /// Whether what sets a setting is prepared, or on its way to be.
    is_prepared: bool,
    /// The requests that are to be answered, and what of each answer is for us.
    asked: VecDeque<&'static [u8]>,
    /// Whether the message from the server that is under way is for us.
    is_ours: bool,
}

impl Dialogue {
    pub(super) fn new(line: Line) -> Self {
        Self {
            line,
            to_server: Frames::from_startup(),
            from_server: Frames::default(),
            is_asking: false,
            is_prepared: false,
            // The login.
            asked: VecDeque::from([&[][..]]),
            is_ours: false,
        }
    }

    /// Appends to `out` what the driver sends, with the setting in front of each statement.
    pub(super) fn send(&mut self, mut bytes: &[u8], out: &mut BytesMut) -> io::Result<()> {
        let mut seen = 0;
        while let Some(kind) = bytes.get(seen).copied() {
            if self.to_server.is_between() {
                if !self.is_asking {
                    // What is ours goes between the last request and this one.
                    out.extend_from_slice(&bytes[..seen]);
                    (bytes, seen) = (&bytes[seen..], 0);
                }
                self.ask(kind, out)?;
            }
            seen += self.to_server.advance(&bytes[seen..])?;
        }
        out.extend_from_slice(bytes);
        Ok(())
    }

    fn ask(&mut self, kind: u8, out: &mut BytesMut) -> io::Result<()> {
        match kind {
            // A password and the end have no answer of their own.
            b'p' | b'X' => return Ok(()),
            // While rows are copied in, the server ignores what ends a request.
            b'd' | b'c' | b'f' => return Err(out_of_order("rows are copied in")),
            _ => {}
        }
        if !self.is_asking {
            self.is_asking = true;
            // What is parsed or bound. Both end at the request's end, and with them the setting: until then it is one
            // transaction, if none is open.
            let is_told = matches!(kind, b'P' | b'B') && self.line.push(!self.is_prepared, out)?;
            self.asked.push_back(match (is_told, self.is_prepared) {
                (false, _) => &[],
                (true, true) => ANSWER,
                (true, false) => FIRST_ANSWER,
            });
            self.is_prepared |= is_told;
        }
        if matches!(kind, b'S' | b'Q') {
            self.is_asking = false;
        }
        Ok(())
    }

    /// Takes out of what the server has sent the answers to settings, and says how many bytes are left at the
    /// beginning.
    pub(super) fn receive(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let (mut seen, mut kept) = (0, 0);
        while let Some(kind) = bytes.get(seen) {
            if self.from_server.is_between() {
                self.is_ours = self.hear(*kind)?;
            }
            let message = seen..seen + self.from_server.advance(&bytes[seen..])?;
            seen = message.end;
            if !self.is_ours {
                let length = message.len();
                if message.start != kept {
                    bytes.copy_within(message, kept);
                }
                kept += length;
            }
        }
        Ok(kept)
    }

    /// Whether a message of this kind is the next of an answer for us.
    fn hear(&mut self, kind: u8) -> io::Result<bool> {
        match kind {
            // These come at any time.
            b'N' | b'S' | b'A' => Ok(false),
            b'Z' => {
                let answered = self.asked.pop_front();
                answered.map(|_| false).ok_or_else(|| out_of_order("an answer to nothing"))
            }
            // The rest of the request is not done, and the driver is to know why.
            b'E' => {
                if let Some(expected) = self.asked.front_mut() {
                    self.is_prepared &= *expected != FIRST_ANSWER;
                    *expected = &[];
                }
                Ok(false)
            }
            b'G' => Err(out_of_order("rows are to be copied in")),
            _ => match self.asked.front_mut().map(|expected| (expected.split_first(), expected)) {
                Some((Some((first, rest)), expected)) if *first == kind => {
                    *expected = rest;
                    Ok(true)
                }
                Some((Some(_), _)) => Err(out_of_order("another answer than that to a setting")),
                _ => Ok(false),
            },
        }
    }
}

fn out_of_order(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("not expected on this connection: {what}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    /// A message whose body is three bytes.
    fn message(kind: u8) -> Vec<u8> {
        vec![kind, 0, 0, 0, 7, b'a', b'Z', b'E']
    }

    fn messages(kinds: &[u8]) -> Vec<u8> {
        kinds.iter().flat_map(|kind| message(*kind)).collect()
    }

    /// The kinds of messages.
    fn kinds(bytes: &[u8]) -> Vec<u8> {
        let (mut frames, mut kinds, mut rest) = (Frames::default(), Vec::new(), bytes);
        while let Some(kind) = rest.first() {
            kinds.push(*kind);
            rest = &rest[frames.advance(rest).unwrap()..];
        }
        kinds
    }

    fn logged_in() -> (Dialogue, Line) {
        let line = Line::default();
        let mut dialogue = Dialogue::new(line.clone());
        dialogue.send(&[0, 0, 0, 5, 1], &mut BytesMut::new()).unwrap();
        let mut login = messages(b"RSKZ");
        assert_eq!(dialogue.receive(&mut login).unwrap(), login.len());
        (dialogue, line)
    }

    fn sent(dialogue: &mut Dialogue, kinds_sent: &[u8]) -> Vec<u8> {
        let mut out = BytesMut::new();
        dialogue.send(&messages(kinds_sent), &mut out).unwrap();
        kinds(&out)
    }

    fn received(dialogue: &mut Dialogue, kinds_sent: &[u8]) -> Vec<u8> {
        let mut bytes = messages(kinds_sent);
        let kept = dialogue.receive(&mut bytes).unwrap();
        kinds(&bytes[..kept])
    }

    #[test]
    fn a_setting_goes_before_what_is_parsed_or_bound_and_its_answer_goes_no_further() {
        let (mut dialogue, line) = logged_in();
        line.tell("tenancy.tenant_id", "a").unwrap();
        assert_eq!(sent(&mut dialogue, b"PDS"), b"PBEPDS");
        assert_eq!(sent(&mut dialogue, b"BES"), b"BEBES");
        assert_eq!(sent(&mut dialogue, b"CS"), b"CS");
        assert_eq!(sent(&mut dialogue, b"Q"), b"Q");
        line.tell_nothing();
        assert_eq!(sent(&mut dialogue, b"BES"), b"BES");
        let answers = [&b"12DC1tTZ"[..], b"2DNC2DDCZ", b"3Z", b"TDCZ", b"2DCZ"];
        let heard = received(&mut dialogue, &answers.concat());
        assert_eq!(heard, [&b"1tTZ"[..], b"N2DDCZ", b"3Z", b"TDCZ", b"2DCZ"].concat());
    }

    #[test]
    fn an_error_is_handed_on_wherever_it_comes() {
        for (answer, heard, next) in [
            ("EZ", "EZ", "12DC2CZ"),
            ("1EZ", "EZ", "2DC2CZ"),
            ("12EZ", "EZ", "2DC2CZ"),
            ("12DCEZ", "EZ", "2DC2CZ"),
            ("12DC2EZ", "2EZ", "2DC2CZ"),
            ("12DC2CEZ", "2CEZ", "2DC2CZ"),
        ] {
            let (mut dialogue, line) = logged_in();
            line.tell("tenancy.tenant_id", "a").unwrap();
            sent(&mut dialogue, b"BES");
            assert_eq!(received(&mut dialogue, answer.as_bytes()), heard.as_bytes(), "{answer}");
            // The next one is told all the same, and it is prepared if it is not.
            let is_parsed = sent(&mut dialogue, b"BES") == b"PBEBES";
            assert_eq!(is_parsed, next.starts_with('1'), "{answer}");
            assert_eq!(received(&mut dialogue, next.as_bytes()), b"2CZ", "{answer}");
        }
    }

    #[test]
    fn what_does_not_fit_ends_the_connection() {
        let (mut dialogue, line) = logged_in();
        line.tell("tenancy.tenant_id", "a").unwrap();
        sent(&mut dialogue, b"BES");
        assert!(dialogue.receive(&mut messages(b"T")).is_err());
        let (mut dialogue, _) = logged_in();
        assert!(dialogue.receive(&mut messages(b"Z")).is_err());
        let (mut dialogue, _) = logged_in();
        sent(&mut dialogue, b"Q");
        assert!(dialogue.receive(&mut messages(b"G")).is_err());
        let (mut dialogue, _) = logged_in();
        assert!(dialogue.send(&messages(b"d"), &mut BytesMut::new()).is_err());
    }
}
