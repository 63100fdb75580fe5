//! Where one message of PostgreSQL's protocol ends and the next begins.

use std::io;

/// A byte for the kind, and four for the length of what follows, themselves counted in.
const HEADER: usize = 5;
const LENGTH: u32 = 4;

/// How far a direction of a connection has got within a message.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// Bytes of the header that have been seen.
    header: usize,
    length: u32,
    /// Bytes of the body that are still to come.
    left: usize,
}

impl Frames {
    /// For what a client sends: its first message has no kind.
    pub(super) fn from_startup() -> Self {
        Self { header: 1, ..Self::default() }
    }

    /// Whether the next byte is the kind of a message.
    pub(super) fn is_between(&self) -> bool {
        self.header == 0
    }

    /// Goes on by `bytes`, to the end of the message at the most, and says by how many.
    ///
    /// # Errors
    ///
    /// If the length is none.
    pub(super) fn advance(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Nearly every message comes in one piece.
        if let (0, [_, a, b, c, d, body @ ..]) = (self.header, bytes)
            && let length = body_of(u32::from_be_bytes([*a, *b, *c, *d]))?
            && length <= body.len()
        {
            return Ok(HEADER + length);
        }
        let mut gone = 0;
        while self.header < HEADER {
            let Some(byte) = bytes.get(gone) else {
                return Ok(gone);
            };
            if self.header > 0 {
                self.length = (self.length << 8) | u32::from(*byte);
            }
            self.header += 1;
            gone += 1;
            if self.header == HEADER {
                self.left = body_of(self.length)?;
            }
        }
        let body = self.left.min(bytes.len() - gone);
        self.left -= body;
        if self.left == 0 {
            *self = Self::default();
        }
        Ok(gone + body)
    }
}

/// Bytes of the body of a message that says this length.
fn body_of(length: u32) -> io::Result<usize> {
    let body = length.checked_sub(LENGTH).and_then(|body| usize::try_from(body).ok());
    body.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a message without a length"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use proptest::prelude::*;

    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
        [&[kind][..], &length[..], body].concat()
    }

    proptest! {
        /// However the bytes arrive, the kinds are found and nothing else is taken for one.
        #[test]
        fn messages_are_told_apart_wherever_they_are_cut(
            messages in prop::collection::vec((any::<u8>(), prop::collection::vec(any::<u8>(), 0..40)), 1..20),
            cuts in prop::collection::vec(1_usize..30, 1..20),
        ) {
            let bytes: Vec<u8> = messages.iter().flat_map(|(kind, body)| message(*kind, body)).collect();
            let (mut frames, mut kinds) = (Frames::default(), Vec::new());
            let (mut rest, mut cuts) = (&bytes[..], cuts.iter().cycle());
            while !rest.is_empty() {
                let mut piece = &rest[..rest.len().min(*cuts.next().unwrap())];
                rest = &rest[piece.len()..];
                while let Some(kind) = piece.first() {
                    if frames.is_between() {
                        kinds.push(*kind);
                    }
                    piece = &piece[frames.advance(piece).unwrap()..];
                }
            }
            prop_assert!(frames.is_between());
            let sent: Vec<u8> = messages.into_iter().map(|(kind, _)| kind).collect();
            prop_assert_eq!(kinds, sent);
        }
    }

    #[test]
    fn a_length_shorter_than_itself_is_an_error() {
        assert!(Frames::default().advance(&[b'Z', 0, 0, 0, 3]).is_err());
        let mut startup = Frames::from_startup();
        assert_eq!(startup.advance(&[0, 0, 0, 5, 1, b'Q']).unwrap(), 5);
        assert!(startup.is_between());
    }
}
