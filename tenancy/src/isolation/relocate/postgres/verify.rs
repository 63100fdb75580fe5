//! Whether what has arrived is what was sent.

use super::Session;
use super::copy::Pair;
use super::tables::Table;
use crate::isolation::relocate::error::RelocateError;
use crate::tenant::TenantId;

const VERB: &str = "compare the places";

/// How many rows, and two sums over 64 bits of each row's text: in whichever order the rows are read.
#[derive(Debug, PartialEq, Eq)]
struct Digest {
    rows: i64,
    sums: [String; 2],
}

impl Digest {
    async fn of(session: &Session, table: &Table, columns: &str) -> Result<Self, RelocateError> {
        let sum = |seed: u8| {
            format!("coalesce(sum(hashtextextended(ROW({columns})::text, {seed})::numeric), 0)::text")
        };
        let query =
            format!("SELECT count(*), {}, {} FROM {} WHERE {}", sum(0), sum(1), table.sql(), table.own);
        let digest = session.query(VERB, &query, &[]).await?.into_iter().next();
        let digest = digest.map(|(rows, first, second)| Self { rows, sums: [first, second] });
        Ok(digest.unwrap_or(Self { rows: -1, sums: Default::default() }))
    }
}

/// Compares the tenant's rows of a table in both places.
pub(super) async fn compare(
    source: &Session,
    target: &Session,
    Pair { old, new }: &Pair,
    tenant: &TenantId,
) -> Result<(), RelocateError> {
    let columns = old.column_list();
    let sent = Digest::of(source, old, &columns).await?;
    let arrived = Digest::of(target, new, &columns).await?;
    if sent == arrived {
        return Ok(());
    }
    let reason = match sent.rows == arrived.rows {
        true => format!("the checksums of {} rows differ", sent.rows),
        false => format!("{} rows were sent and {} have arrived", sent.rows, arrived.rows),
    };
    Err(RelocateError::Unequal { tenant: tenant.clone(), table: old.name.clone(), reason })
}

/// Whether the table has no row for which this is true.
pub(super) async fn is_without(
    session: &Session,
    table: &Table,
    condition: &str,
) -> Result<bool, RelocateError> {
    let query = format!("SELECT 1 FROM {} WHERE {condition} LIMIT 1", table.sql());
    Ok(!session.finds(VERB, &query, &[]).await?)
}
