//! An answer beside the one it has to be.

use crate::value::{Outcome, Refusal};

/// An operation whose answer is wrong.
#[derive(Debug)]
pub(crate) struct Mismatch {
    pub(crate) what: String,
    pub(crate) expected: String,
    pub(crate) found: String,
}

impl Mismatch {
    pub(crate) fn new(
        what: &dyn std::fmt::Debug,
        expected: impl std::fmt::Debug,
        found: impl std::fmt::Debug,
    ) -> Self {
        Self { what: format!("{what:?}"), expected: format!("{expected:?}"), found: format!("{found:?}") }
    }
}

/// What an answer that is right means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Done,
    /// Refused, as it had to be: nothing was written.
    Refused,
    /// Another writer was in the way: nothing was written.
    Busy,
}

/// Compares an answer with the model's, and looks for another tenant's mark in it.
pub(crate) fn check(
    what: &dyn std::fmt::Debug,
    own_mark: &str,
    expected: &Outcome,
    found: &Outcome,
) -> Result<Verdict, Mismatch> {
    if let Some(mark) = found.foreign_mark(own_mark) {
        let expected = format!("{expected:?}, and no mark but {own_mark}");
        return Err(Mismatch::new(what, expected, format!("{mark} in {found:?}")));
    }
    match found {
        Outcome::Refused(Refusal::Busy) => Ok(Verdict::Busy),
        _ if found != expected => Err(Mismatch::new(what, expected, found)),
        Outcome::Refused(_) => Ok(Verdict::Refused),
        Outcome::Rows(_) | Outcome::Count(_) => Ok(Verdict::Done),
    }
}
