//! [`SqlAudit`]: writing to the table.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::backend::AuditBackend;
use super::insert::InsertLinks;
use super::turns::Turns;
use crate::audit::chain::AuditChain;
use crate::audit::entry::AuditEntry;
use crate::audit::error::AuditError;
use crate::audit::head::AuditHead;
use crate::audit::key::{AuditKey, Keys};
use crate::audit::link::{End, Link};
use crate::audit::seal::Hash;
use crate::audit::sink::{AuditSink, TableKeys};
use crate::db::{DatabaseUrl, DefaultBackend, Pool, PoolOptions};

/// Connections, unless the application says otherwise.
const CONNECTIONS: u32 = 4;
/// How long an entry may take, unless the application says otherwise.
const WAIT: Duration = Duration::from_secs(10);
/// Entries of one statement.
const BATCH: usize = 500;
/// How often the next number may be somebody else's. Each time somebody has written an entry.
const ATTEMPTS: usize = 100;

/// The audit log in the table `tenancy_audit`, whose entries are chained by hashes for each tenant.
///
/// The table is one of the registry's migrations, so that the application's database has it; the address is that of a
/// role that may `SELECT` and `INSERT` there and nothing else, as a rule. A clone uses the same connections.
///
/// Cost of an entry: two round trips, and two more for each entry that another process writes for the same tenant at the
/// same time.
pub struct SqlAudit<B: AuditBackend = DefaultBackend> {
    url: DatabaseUrl,
    options: PoolOptions,
    pub(super) pool: Pool<B>,
    pub(super) keys: TableKeys,
    turns: Arc<Turns>,
}

impl<B: AuditBackend> SqlAudit<B> {
    /// A log in the database at this address. Connects to nothing yet.
    pub fn new(url: impl Into<String>) -> Self {
        let url = DatabaseUrl::new("the audit log's database", url);
        let options = PoolOptions { size: CONNECTIONS, wait: WAIT };
        let pool = Pool::new(url.clone(), options);
        Self { url, options, pool, keys: TableKeys::default(), turns: Arc::default() }
    }

    /// Seals entries with this key. Default: with none.
    #[must_use]
    pub fn key(mut self, key: AuditKey) -> Self {
        self.keys.0.current = Some(key);
        self
    }

    /// A key that older entries may have been sealed with: it is believed when they are checked, and seals none.
    #[must_use]
    pub fn former_key(mut self, key: AuditKey) -> Self {
        self.keys.0.former.push(key);
        self
    }

    /// How many connections it has at most. Default: 4.
    #[must_use]
    pub fn connections(self, connections: u32) -> Self {
        let options = PoolOptions { size: connections, ..self.options };
        Self { pool: Pool::new(self.url.clone(), options), options, ..self }
    }

    /// How long an entry may take before it is an error. Default: 10 seconds.
    #[must_use]
    pub fn wait(self, wait: Duration) -> Self {
        let options = PoolOptions { wait, ..self.options };
        Self { pool: Pool::new(self.url.clone(), options), options, ..self }
    }

    /// Writes entries that are there already: from another log, or of a job that has done much at once. Five hundred of a
    /// tenant are one statement. Those of a tenant stay in their order; where one batch fails, those before it are
    /// written. Gives the newest entry of each chain.
    ///
    /// # Errors
    ///
    /// As [`AuditRecord::write`](crate::audit::AuditRecord::write).
    pub async fn append_many(
        &self,
        entries: impl IntoIterator<Item = AuditEntry>,
    ) -> Result<Vec<AuditHead>, AuditError> {
        let mut chains = BTreeMap::<AuditChain, Vec<AuditEntry>>::new();
        for entry in entries {
            chains.entry(entry.chain.clone()).or_default().push(entry);
        }
        let mut heads = Vec::new();
        for (chain, entries) in chains {
            let mut end = None;
            for batch in entries.chunks(BATCH) {
                end = Some(self.append(&chain, batch.to_vec(), end).await?);
            }
            heads.extend(end.map(|End { seq, hash }| AuditHead { chain, seq, hash }));
        }
        Ok(heads)
    }

    /// Links as they are, whatever they continue.
    #[cfg(test)]
    pub(in crate::audit) async fn insert_links(&self, links: Vec<Link>) -> Result<(), AuditError> {
        Ok(B::insert(self.pool.get().await?.connection(), InsertLinks::new(links)).await.map(drop)?)
    }

    /// Behind `known`, if that is still the end of the chain.
    async fn append(
        &self,
        chain: &AuditChain,
        entries: Vec<AuditEntry>,
        known: Option<End>,
    ) -> Result<End, AuditError> {
        let in_turn = async {
            let turn = self.turns.take(chain).await;
            let mut guard = self.pool.get().await?;
            let (chain, keys) = (chain.clone(), self.keys.clone());
            // To its end, also when nobody waits for it any more: a connection must not go back to its pool while a
            // statement of it is under way.
            let task = tokio::spawn(async move {
                let _turn = turn;
                append::<B>(guard.connection(), &chain, &entries, &keys.0, known).await
            });
            task.await.map_err(|_| cut_short())?
        };
        match tokio::time::timeout(self.options.wait, in_turn).await {
            Ok(appended) => appended,
            Err(_) => Err(AuditError::Contended { chain: chain.clone() }),
        }
    }
}

/// Writes entries of one chain in one statement. Where their numbers are taken by then, it begins again.
async fn append<B: AuditBackend>(
    connection: &mut B::Connection,
    chain: &AuditChain,
    entries: &[AuditEntry],
    keys: &Keys,
    mut known: Option<End>,
) -> Result<End, AuditError> {
    for _ in 0..ATTEMPTS {
        let end = match known.take() {
            Some(end) => end,
            None => end(B::newest(connection, chain.as_str()).await?)?,
        };
        let (links, end) = Link::chained(entries, end, keys);
        match B::insert(connection, InsertLinks::new(links)).await {
            Err(error) if is_taken(&error) => {}
            inserted => return Ok(inserted.map(|_| end)?),
        }
    }
    Err(AuditError::Contended { chain: chain.clone() })
}

/// The end of a chain whose newest entry this is.
pub(super) fn end(newest: Option<(i64, Vec<u8>)>) -> Result<End, AuditError> {
    let Some((seq, hash)) = newest else { return Ok(End::START) };
    match Hash::try_from(hash) {
        Ok(hash) if (1..i64::MAX).contains(&seq) => Ok(End { seq, hash }),
        _ => {
            let reason = "the newest entry of the chain was altered, and nothing can follow it";
            Err(AuditError::Database { reason: reason.to_owned() })
        }
    }
}

pub(super) fn cut_short() -> AuditError {
    let reason = "the statement was cut short: the runtime is shutting down, or it panicked";
    AuditError::Database { reason: reason.to_owned() }
}

/// Whether somebody else has written an entry with the number.
pub(super) fn is_taken(error: &DieselError) -> bool {
    matches!(error, DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
}

#[async_trait]
impl<B: AuditBackend> AuditSink for SqlAudit<B> {
    async fn write(&self, entry: &AuditEntry) -> Result<(), AuditError> {
        self.append(&entry.chain, vec![entry.clone()], None).await.map(drop)
    }

    async fn check(&self) -> Result<(), AuditError> {
        self.read(|connection| B::next_chain(connection, None)).await.map(drop)
    }

    fn table(&self) -> Option<&TableKeys> {
        Some(&self.keys)
    }
}

impl<B: AuditBackend> Clone for SqlAudit<B> {
    fn clone(&self) -> Self {
        Self {
            url: self.url.clone(),
            options: self.options,
            pool: self.pool.clone(),
            keys: self.keys.clone(),
            turns: Arc::clone(&self.turns),
        }
    }
}

impl<B: AuditBackend> fmt::Debug for SqlAudit<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlAudit")
            .field("backend", &B::NAME)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
