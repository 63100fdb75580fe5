//! Writing to the table in the transaction of a handle.

use super::backend::AuditBackend;
use super::insert::InsertLinks;
use super::sink::{end, is_taken};
use crate::audit::entry::AuditEntry;
use crate::audit::error::AuditError;
use crate::audit::key::Keys;
use crate::audit::link::Link;
use crate::db::TenantDb;

/// How many entries others may have written since the transaction has begun to see the table as it does.
const STEPS: usize = 1000;

/// Where the number is taken by then, only a savepoint is rolled back, and the entry goes behind the one that has it.
/// Nothing is locked that others need, until the entry is there: what has its number waits from then on, and goes behind it
/// in turn.
///
/// A transaction of PostgreSQL that sees one state of the table for all its life sees no such entry, and fails.
pub(in crate::audit) async fn append_in<B: AuditBackend>(
    db: &mut TenantDb<B>,
    entry: &AuditEntry,
    keys: &Keys,
) -> Result<(), AuditError> {
    let chain = entry.chain.as_str();
    let mut last = end(B::newest_in(db, chain).await?)?;
    for _ in 0..STEPS {
        let (links, _) = Link::chained([entry], last, keys);
        match B::insert_in(db, InsertLinks::new(links)).await {
            Err(error) if is_taken(&error) => {}
            inserted => return Ok(inserted.map(drop)?),
        }
        let seq = last.seq + 1;
        let Some(hash) = B::hash_in(db, chain, seq).await? else { break };
        last = end(Some((seq, hash)))?;
    }
    Err(AuditError::Contended { chain: entry.chain.clone() })
}
