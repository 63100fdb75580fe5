//! Steps, alone and in transactions.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};

use diesel::result::Error;

use super::Db;
use super::outcome::refusal;
use crate::check::{Mismatch, Verdict, check};
use crate::model::{self, Tables};
use crate::plan::{Block, Step};
use crate::value::Refusal;

/// Whose step it is, and under which rules.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) mark: &'a str,
    pub(super) queries: &'a AtomicU64,
}

/// Why a transaction ends early.
#[derive(Debug)]
pub(super) enum Stop {
    /// As planned.
    GivenUp,
    /// A step was refused, as it had to be; on PostgreSQL nothing can follow.
    Refused,
    Busy,
    Wrong(Mismatch),
    /// The transaction itself could not be begun or ended.
    Broken(String),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match refusal(error) {
            Refusal::Busy => Self::Busy,
            _ => Self::Broken(text),
        }
    }
}

/// One read or write; `tables` is as it has to be afterwards.
pub(super) async fn step(
    step: &Step,
    tables: &mut Tables,
    at: At<'_>,
    db: &mut Db,
) -> Result<Verdict, Mismatch> {
    at.queries.fetch_add(1, Ordering::Relaxed);
    match step {
        Step::Read(read) => {
            let (expected, ordered) = model::read(read, tables);
            let found = super::read::read(read, db, ordered).await;
            check(step, at.mark, &expected, &found)
        }
        Step::Write(write) => {
            let mut after = tables.clone();
            let expected = model::write(write, &mut after);
            let found = super::write::write(write, at.mark, db).await;
            let verdict = check(step, at.mark, &expected, &found)?;
            if verdict == Verdict::Done {
                *tables = after;
            }
            Ok(verdict)
        }
        Step::Savepoint(_) => panic!("a savepoint is no step by itself"),
    }
}

/// A transaction, or inside one a savepoint. `tables` changes only if it is committed.
pub(super) fn block<'a>(
    block: &'a Block,
    tables: &'a mut Tables,
    at: At<'a>,
    db: &'a mut Db,
) -> Pin<Box<dyn Future<Output = Result<(), Stop>> + Send + 'a>> {
    Box::pin(async move {
        let mut inside = tables.clone();
        let reached = &mut inside;
        let result = db.transaction::<(), Stop, _>(async move |db| {
            for step in &block.steps {
                if let Step::Savepoint(savepoint) = step {
                    match self::block(savepoint, reached, at, db).await {
                        Ok(()) | Err(Stop::GivenUp | Stop::Refused) => continue,
                        Err(stop) => return Err(stop),
                    }
                }
                match self::step(step, reached, at, db).await {
                    Ok(Verdict::Done) => {}
                    Ok(Verdict::Refused) => return Err(Stop::Refused),
                    Ok(Verdict::Busy) => return Err(Stop::Busy),
                    Err(wrong) => return Err(Stop::Wrong(wrong)),
                }
            }
            if block.commit { Ok(()) } else { Err(Stop::GivenUp) }
        });
        let result = result.await;
        if result.is_ok() {
            *tables = inside;
        }
        result
    })
}
