//! Sequences and identities of the new place go on where those of the old one have stopped.

use std::ops::RangeInclusive;

use super::copy::Pair;
use super::{PgMover, Session};
use crate::context::TenantContext;
use crate::isolation::relocate::error::RelocateError;
use crate::isolation::sql_text::{identifier, literal, qualified};
use crate::tenant::Isolation;

const VERB: &str = "set the sequences of the new place";

struct Sequence {
    schema: String,
    name: String,
    increment: i64,
    /// What it may give.
    bounds: RangeInclusive<i64>,
    cache: i64,
    /// `None` if it has given nothing yet.
    last: Option<i64>,
    /// The column that takes its values from it.
    column: Option<(u32, String)>,
}

impl Sequence {
    fn sql(&self) -> String {
        qualified(Some(&self.schema), &self.name)
    }

    /// Of two values the one that is given later.
    fn later(&self, one: i64, other: i64) -> i64 {
        match self.increment > 0 {
            true => one.max(other),
            false => one.min(other),
        }
    }

    /// What gives the later of its values in SQL: of those in a column, and of two.
    fn later_in_sql(&self) -> [&'static str; 2] {
        match self.increment > 0 {
            true => ["max", "greatest"],
            false => ["min", "least"],
        }
    }
}

impl PgMover<'_> {
    pub(super) async fn set_sequences(
        &self,
        source: &Session,
        target: &Session,
        from: &TenantContext,
        to: &TenantContext,
        pairs: &[Pair],
    ) -> Result<(), RelocateError> {
        let old = sequences(source, from, pairs.iter().map(|pair| &*pair.old.schema)).await?;
        let new = sequences(target, to, pairs.iter().map(|pair| &*pair.new.schema)).await?;
        for sequence in &new {
            let given = old.iter().filter(|other| other.name == sequence.name).filter_map(|other| other.last);
            let mut taken: Vec<i64> = given.filter(|last| sequence.bounds.contains(last)).collect();
            if let Some((oid, column)) = &sequence.column
                && let Some(Pair { new: table, .. }) = pairs.iter().find(|pair| pair.new.oid == *oid)
            {
                let (column, [last, _]) = (identifier(column), sequence.later_in_sql());
                // What was written by hand may be out of its bounds: it never comes there.
                let last = format!(
                    "SELECT {last}({column})::bigint FROM {} WHERE {} AND {column} BETWEEN {} AND {}",
                    table.sql(),
                    table.own,
                    sequence.bounds.start(),
                    sequence.bounds.end()
                );
                let rows: Vec<(Option<i64>,)> = target.query(VERB, &last, &[]).await?;
                taken.extend(rows.into_iter().filter_map(|(last,)| last));
            }
            let wanted = taken.into_iter().reduce(|one, other| sequence.later(one, other));
            let is_later = |wanted: &i64| {
                sequence.last.is_none_or(|last| last != *wanted && sequence.later(last, *wanted) == *wanted)
            };
            if let Some(wanted) = wanted.filter(is_later) {
                self.advance(target, to, sequence, wanted).await?;
            }
        }
        Ok(())
    }

    /// Sets the sequence, and never back: others may take values from a shared one at this moment. To change it keeps
    /// them waiting until the transaction ends, to read it does not, so it is changed to what it is.
    async fn advance(
        &self,
        target: &Session,
        to: &TenantContext,
        sequence: &Sequence,
        wanted: i64,
    ) -> Result<(), RelocateError> {
        let name = sequence.sql();
        let [_, later] = sequence.later_in_sql();
        let set =
            format!("SELECT setval({}, {later}(last_value, '{wanted}'::bigint)) FROM {name}", literal(&name));
        match to.isolation() {
            Isolation::Schema | Isolation::Database => target.run(VERB, &set).await,
            Isolation::Column | Isolation::Rls => {
                let lock = format!("ALTER SEQUENCE {name} CACHE {}; {set}", sequence.cache);
                target.insist(&sequence.name, self.options.wait, VERB, &lock).await
            }
        }
    }
}

/// The sequences beside the tables.
async fn sequences<'a>(
    session: &Session,
    place: &'a TenantContext,
    schemas: impl Iterator<Item = &'a str>,
) -> Result<Vec<Sequence>, RelocateError> {
    let query = "SELECT s.schemaname::text, s.sequencename::text, s.increment_by, s.min_value, s.max_value,
                     s.cache_size, s.last_value, d.refobjid, a.attname::text
                 FROM pg_sequences s
                 JOIN pg_namespace n ON n.nspname = s.schemaname
                 JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.sequencename
                 LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
                     AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
                 LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                 WHERE s.schemaname = ANY($1) AND s.sequencename NOT LIKE 'tenancy\\_%'";
    let mut schemas: Vec<&str> = schemas.chain(place.schema()).collect();
    schemas.sort_unstable();
    schemas.dedup();
    let rows = session.query(VERB, query, &[&schemas]).await?;
    let sequences =
        rows.into_iter().map(|(schema, name, increment, min, max, cache, last, table, column)| {
            let (table, column): (Option<u32>, Option<String>) = (table, column);
            Sequence { schema, name, increment, bounds: min..=max, cache, last, column: table.zip(column) }
        });
    Ok(sequences.collect())
}
