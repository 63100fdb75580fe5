//! A batch whose rows set different columns, on a database that has no DEFAULT among values: no one statement
//! can hold it. Who runs it asks for its parts, and then for one at a time.
#![cfg_attr(not(feature = "sqlite"), allow(dead_code, reason = "the other backends have DEFAULT"))]

use std::cell::RefCell;
use std::ops::Range;

use diesel::QueryResult;

thread_local! {
    static ASKED: RefCell<Asked> = const { RefCell::new(Asked::Everything) };
}

/// What a batch is asked for while its SQL is written.
#[derive(Debug, Clone, Default)]
pub(super) enum Asked {
    /// All of its rows, in one statement.
    #[default]
    Everything,
    /// Which runs of its rows set the same columns.
    Parts(Vec<Range<usize>>),
    /// These of its rows.
    Only(Range<usize>),
}

impl Asked {
    pub(super) fn get() -> Self {
        ASKED.with_borrow(Clone::clone)
    }

    /// Answers the question for parts.
    pub(super) fn answer(parts: Vec<Range<usize>>) {
        ASKED.with_borrow_mut(|asked| *asked = Self::Parts(parts));
    }

    /// Runs `write` under this question, and gives back what became of it.
    fn during<R>(self, write: impl FnOnce() -> R) -> (R, Self) {
        struct Reset;
        impl Drop for Reset {
            fn drop(&mut self) {
                ASKED.take();
            }
        }
        ASKED.replace(self);
        let reset = Reset;
        let written = write();
        let asked = ASKED.take();
        drop(reset);
        (written, asked)
    }
}

/// The parts of the batch that `walk` meets; none if it meets no batch.
pub(crate) fn parts_of(walk: impl FnOnce() -> QueryResult<()>) -> QueryResult<Vec<Range<usize>>> {
    let (walked, asked) = Asked::Parts(Vec::new()).during(walk);
    walked?;
    match asked {
        Asked::Parts(parts) => Ok(parts),
        Asked::Everything | Asked::Only(_) => Ok(Vec::new()),
    }
}

/// Runs `write`, in which a batch writes `rows` alone.
pub(crate) fn only<R>(rows: Range<usize>, write: impl FnOnce() -> R) -> R {
    Asked::Only(rows).during(write).0
}
