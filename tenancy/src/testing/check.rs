//! What is wrong with an answer.

use std::fmt;

use super::mark::Mark;
use super::traces;

/// How much of an answer a message shows on each side.
const AROUND: usize = 60;

/// An answer that a tenant must not be given. Its `Debug` is its message, so that `unwrap` in a test says it.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// Another tenant's data.
    #[error(
        "the answer for tenant `{asked}` holds data of tenant `{owner}`: its mark stands {form} at byte {at}: …{excerpt}…"
    )]
    Leak {
        /// Who asked.
        asked: String,
        /// Whose data it is.
        owner: String,
        /// How the mark is written there.
        form: &'static str,
        /// Where.
        at: usize,
        /// What stands around it.
        excerpt: String,
    },

    /// None of the tenant's own data: an answer of nothing proves nothing.
    #[error(
        "the answer for tenant `{asked}` does not hold its own mark, so it proves nothing: seed what it is made \
         of, or call `check_quiet` if an answer without texts is right; it begins: {excerpt}"
    )]
    Silent {
        /// Who asked.
        asked: String,
        /// How the answer begins.
        excerpt: String,
    },
}

impl fmt::Debug for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One side: a tenant's name and its mark.
pub(super) type Side<'a> = (&'a str, &'a Mark);

/// Looks through what `own` was answered.
pub(super) fn answer(
    own: Side<'_>,
    other: Side<'_>,
    answer: &[u8],
    own_must_appear: bool,
) -> Result<(), CheckError> {
    if let Some(trace) = traces::find(other.1, answer) {
        return Err(CheckError::Leak {
            asked: own.0.to_owned(),
            owner: other.0.to_owned(),
            form: trace.form,
            at: trace.at,
            excerpt: excerpt(answer, trace.at),
        });
    }
    if own_must_appear && traces::find(own.1, answer).is_none() {
        return Err(CheckError::Silent { asked: own.0.to_owned(), excerpt: excerpt(answer, 0) });
    }
    Ok(())
}

fn excerpt(answer: &[u8], at: usize) -> String {
    let around = answer.get(at.saturating_sub(AROUND)..).unwrap_or_default();
    let around = around.get(..2 * AROUND).unwrap_or(around);
    String::from_utf8_lossy(around).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said() {
        let (a, b) = (Mark::generate(), Mark::generate());
        let (asked, owner) = (("one", &a), ("two", &b));
        assert_eq!(answer(asked, owner, a.on("anvil").as_bytes(), true), Ok(()));
        assert_eq!(answer(asked, owner, b"[]", false), Ok(()));

        let leak = answer(asked, owner, format!("{a}, {b}").as_bytes(), true);
        let text = format!("{leak:?}");
        assert!(text.contains("tenant `one` holds data of tenant `two`"), "{text}");
        assert!(text.contains(b.as_str()), "{text}");

        let silent = answer(asked, owner, b"[]", true);
        assert!(matches!(silent, Err(CheckError::Silent { .. })), "{silent:?}");
    }
}
