//! [`SqlAudit`]: reading the table, and checking it.

use std::collections::VecDeque;

use diesel::QueryResult;
use futures_core::future::BoxFuture;
use futures_util::FutureExt;

use super::backend::AuditBackend;
use super::sink::{SqlAudit, cut_short, end};
use super::stored::StoredEntry;
use crate::audit::chain::AuditChain;
use crate::audit::error::AuditError;
use crate::audit::head::AuditHead;
use crate::audit::link::Link;
use crate::audit::report::AuditReport;
use crate::audit::walk::Walk;

/// Entries that are read at a time.
const PAGE: i64 = 1000;

impl<B: AuditBackend> SqlAudit<B> {
    /// Checks a chain from its first entry on. It has to lead to the anchors that are of it: to heads that were noted
    /// before. Without one, nothing tells that entries were taken from its end; and where there is no key either, nothing
    /// tells that all of it was written anew.
    ///
    /// Cost: the chain is read once, a thousand entries at a time. What is written meanwhile may be read, or not.
    ///
    /// # Errors
    ///
    /// If the table cannot be read. What is wrong with entries is in the report.
    pub async fn verify(
        &self,
        chain: impl Into<AuditChain>,
        anchors: &[AuditHead],
    ) -> Result<AuditReport, AuditError> {
        let mut report = AuditReport::default();
        let walk = Walk::whole(chain.into(), &self.keys.0, anchors);
        self.walk(walk, i64::MIN, &mut report).await?;
        Ok(report)
    }

    /// Checks a chain from this entry on, whose hash is the one that was noted: for what has come since the last check, and
    /// for a chain whose older entries were taken away on purpose, or were written with a key that is gone.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify).
    pub async fn verify_since(&self, anchor: &AuditHead) -> Result<AuditReport, AuditError> {
        let mut report = AuditReport::default();
        let walk = Walk::since(anchor, &self.keys.0);
        self.walk(walk, anchor.seq, &mut report).await?;
        Ok(report)
    }

    /// Checks every chain of the table, and every chain of the anchors.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify).
    pub async fn verify_all(&self, anchors: &[AuditHead]) -> Result<AuditReport, AuditError> {
        let mut report = AuditReport::default();
        let mut gone: Vec<&AuditChain> = anchors.iter().map(AuditHead::chain).collect();
        let mut after = None;
        while let Some(chain) = self.next_chain(after).await? {
            gone.retain(|anchored| **anchored != chain);
            self.walk(Walk::whole(chain.clone(), &self.keys.0, anchors), i64::MIN, &mut report).await?;
            after = Some(chain);
        }
        gone.sort();
        gone.dedup();
        for chain in gone {
            Walk::whole(chain.clone(), &self.keys.0, anchors).end(&mut report);
        }
        Ok(report)
    }

    async fn walk(&self, mut walk: Walk<'_>, first: i64, report: &mut AuditReport) -> Result<(), AuditError> {
        let mut from = first;
        let mut last: Option<Link> = None;
        loop {
            let chain = walk.chain().as_str().to_owned();
            let page = self
                .read(move |connection| async move { B::page(connection, &chain, from, PAGE).await }.boxed());
            let mut page: VecDeque<Link> = page.await?.into_iter().map(Link::from).collect();
            let is_full = page.len() == PAGE as usize;
            // A page begins with the last entry of the one before: another may have the same number, where somebody has
            // taken the key away.
            if let (Some(last), Some(again)) = (&last, page.front())
                && (last.seq, &last.hash) == (again.seq, &again.hash)
            {
                page.pop_front();
            }
            for link in &page {
                walk.entry(link, report);
            }
            last = page.pop_back().or(last);
            let Some(last) = last.as_ref().filter(|_| is_full) else { break };
            // A page of one number alone leads nowhere.
            from = if last.seq > from { last.seq } else { last.seq.saturating_add(1) };
        }
        walk.end(report);
        Ok(())
    }

    /// The newest entry of a chain; `None` if it has none.
    ///
    /// # Errors
    ///
    /// If the table cannot be read.
    pub async fn head(&self, chain: impl Into<AuditChain>) -> Result<Option<AuditHead>, AuditError> {
        let chain = chain.into();
        let name = chain.as_str().to_owned();
        let newest =
            self.read(move |connection| async move { B::newest(connection, &name).await }.boxed()).await?;
        if newest.is_none() {
            return Ok(None);
        }
        let end = end(newest)?;
        Ok(Some(AuditHead { chain, seq: end.seq, hash: end.hash }))
    }

    /// The newest entry of every chain: to be noted elsewhere, and given to [`verify_all`](Self::verify_all) later.
    ///
    /// # Errors
    ///
    /// If the table cannot be read.
    pub async fn heads(&self) -> Result<Vec<AuditHead>, AuditError> {
        let mut heads = Vec::new();
        let mut after = None;
        while let Some(chain) = self.next_chain(after).await? {
            heads.extend(self.head(chain.clone()).await?);
            after = Some(chain);
        }
        Ok(heads)
    }

    /// The newest entries of a chain, or of all, oldest first. They are not checked.
    ///
    /// # Errors
    ///
    /// If the table cannot be read.
    pub async fn tail(&self, chain: Option<&AuditChain>, most: u32) -> Result<Vec<StoredEntry>, AuditError> {
        let chain = chain.map(|chain| chain.as_str().to_owned());
        let rows = self
            .read(move |connection| {
                async move { B::tail(connection, chain.as_deref(), i64::from(most)).await }.boxed()
            })
            .await?;
        Ok(rows.into_iter().rev().map(|row| StoredEntry::new(row.into())).collect())
    }

    async fn next_chain(&self, after: Option<AuditChain>) -> Result<Option<AuditChain>, AuditError> {
        let next = self.read(move |connection| {
            async move { B::next_chain(connection, after.as_ref().map(AuditChain::as_str)).await }.boxed()
        });
        Ok(next.await?.map(|chain| AuditChain::stored(&chain)))
    }

    /// Asks to the end, also when nobody waits for it any more: a connection must not go back to its pool while a
    /// statement of it is under way.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        query: impl for<'a> FnOnce(&'a mut B::Connection) -> BoxFuture<'a, QueryResult<T>> + Send + 'static,
    ) -> Result<T, AuditError> {
        let mut guard = self.pool.get().await?;
        let task = tokio::spawn(async move { query(guard.connection()).await });
        Ok(task.await.map_err(|_| cut_short())??)
    }
}
