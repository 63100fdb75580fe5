//! Writes whose futures are dropped halfway. Nobody knows whether those have happened, or when they will:
//! they have a table of their own, in which every row that was tried may be found, and no other.

use std::collections::BTreeSet;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use diesel::prelude::*;
use diesel::result::Error;
use diesel_async::RunQueryDsl;
use tenancy::{TenancyError, TenantContext, insert_into};

use super::outcome::rows;
use super::{Db, Tenancy};
use crate::check::Mismatch;
use crate::schema::dropped;
use crate::value::{MARK, Outcome, Value};

/// What a tenant has tried to write.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    /// Rows are written in pairs, each beginning with one of these.
    tried: BTreeSet<i32>,
    /// Those that have been answered.
    written: BTreeSet<i32>,
}

impl Attempts {
    /// Writes a pair of rows, or gives up after so many polls.
    pub(super) async fn attempt(
        &mut self,
        tenancy: &Tenancy,
        context: &TenantContext,
        mark: &str,
        polls: usize,
        in_transaction: bool,
    ) {
        let first = self.tried.last().map_or(1, |last| last + 2);
        self.tried.insert(first);
        let row = |id: i32| (dropped::id.eq(id), dropped::mark.eq(mark));
        let write = async {
            let mut db = tenancy.db().await?;
            if in_transaction {
                db.transaction::<_, Error, _>(async |db| {
                    insert_into(dropped::table).values(row(first)).execute(db).await?;
                    insert_into(dropped::table).values(row(first + 1)).execute(db).await
                })
                .await?;
            } else {
                let pair = vec![row(first), row(first + 1)];
                insert_into(dropped::table).values(pair).execute(&mut db).await?;
            }
            Ok::<_, TenancyError>(())
        };
        if let Some(Ok(())) = limited(context.clone().scope(write), polls).await {
            self.written.insert(first);
        }
    }

    /// Looks at what there is.
    pub(super) async fn read(&self, mark: &str, db: &mut Db) -> Result<(), Mismatch> {
        let query = dropped::table.select((dropped::id, dropped::mark));
        let found = rows(query.load::<(i32, String)>(db).await, false);
        let wrong = |expected: &str| Mismatch::new(&"rows of dropped writes", expected, &found);
        let Outcome::Rows(rows) = &found else { return Err(wrong("rows")) };
        let mut ids = BTreeSet::new();
        for row in rows {
            let [Value::Int(id), Value::Text(found)] = &row[..] else {
                return Err(wrong("a number and a mark"));
            };
            if found.starts_with(MARK) && found != mark {
                return Err(wrong(&format!("no mark but {mark}")));
            }
            ids.insert(i32::try_from(*id).unwrap_or(i32::MAX));
        }
        let whole = ids.iter().all(|id| {
            let first = if self.tried.contains(id) { *id } else { id - 1 };
            self.tried.contains(&first) && ids.contains(&first) && ids.contains(&(first + 1))
        });
        if !whole {
            return Err(wrong("whole pairs, of those that were tried"));
        }
        if !self.written.is_subset(&ids) {
            return Err(wrong("every pair that was answered"));
        }
        Ok(())
    }
}

/// Polls a future so many times, then drops it.
async fn limited<F: Future>(future: F, mut polls: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|context| {
        if polls == 0 {
            return Poll::Ready(None);
        }
        polls -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}
