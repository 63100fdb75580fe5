//! The check of one chain, entry by entry.

use std::collections::{BTreeMap, BTreeSet};

use super::chain::AuditChain;
use super::head::AuditHead;
use super::key::Keys;
use super::link::{End, Link};
use super::report::{AuditProblem, AuditReport};
use super::seal::{self, Hash, Unsealed};

/// Reads a chain in the order of its numbers and holds nothing but the entry before.
pub(super) struct Walk<'a> {
    chain: AuditChain,
    keys: &'a Keys,
    /// The hashes that were noted, by number.
    anchors: BTreeMap<i64, BTreeSet<&'a Hash>>,
    /// The number that comes next.
    next: i64,
    /// What the next entry has to continue; `None` behind a gap, where nobody knows.
    before: Option<Before>,
    newest: Option<AuditHead>,
}

fn by_number<'a>(heads: impl IntoIterator<Item = &'a AuditHead>) -> BTreeMap<i64, BTreeSet<&'a Hash>> {
    let mut anchors = BTreeMap::<_, BTreeSet<_>>::new();
    for head in heads {
        anchors.entry(head.seq).or_default().insert(&head.hash);
    }
    anchors
}

/// The entry before.
struct Before {
    stored: Vec<u8>,
    /// What its hash ought to be, where that is another.
    expected: Option<Hash>,
}

impl<'a> Walk<'a> {
    /// From the first entry on.
    pub(super) fn whole(chain: AuditChain, keys: &'a Keys, anchors: &'a [AuditHead]) -> Self {
        let anchors = by_number(anchors.iter().filter(|anchor| anchor.chain == chain));
        let before = Before { stored: End::START.hash.to_vec(), expected: None };
        Self { chain, keys, anchors, next: End::START.seq + 1, before: Some(before), newest: None }
    }

    /// From this entry on, whatever it continues.
    pub(super) fn since(anchor: &'a AuditHead, keys: &'a Keys) -> Self {
        let chain = anchor.chain.clone();
        Self { chain, keys, anchors: by_number([anchor]), next: anchor.seq, before: None, newest: None }
    }

    pub(super) fn entry(&mut self, link: &Link, report: &mut AuditReport) {
        report.count();
        if link.seq < self.next {
            report.add(&self.chain, link.seq, link.seq, AuditProblem::Extra);
            return;
        }
        if link.seq > self.next {
            report.add(&self.chain, self.next, link.seq - 1, AuditProblem::Missing);
            self.before = None;
        }
        let expected = seal::expected(link, self.keys);
        let is_sealed = expected.is_ok_and(|expected| seal::same(&expected, &link.hash));
        if let Some(before) = &self.before
            && before.stored != link.previous
        {
            match before.expected {
                // What came before is what this one continues: only the hash between them was changed.
                Some(expected) if seal::same(&expected, &link.previous) => {
                    report.amend(&self.chain, link.seq - 1, AuditProblem::HashAltered);
                }
                None if is_sealed => {
                    report.add(&self.chain, link.seq, link.seq, AuditProblem::Unlinked);
                }
                // Either of them has been found already, or is about to be.
                _ => {}
            }
        }
        let problem = match expected {
            _ if is_sealed => None,
            Ok(_) => Some(AuditProblem::Altered),
            Err(Unsealed::OtherKey) => Some(AuditProblem::OtherKey),
            Err(Unsealed::Unreadable) => Some(AuditProblem::Unreadable),
        };
        if let Some(problem) = problem {
            report.add(&self.chain, link.seq, link.seq, problem);
        }
        let mut noted = self.anchors.get(&link.seq).into_iter().flatten();
        if is_sealed && noted.any(|hash| hash[..] != *link.hash) {
            report.add(&self.chain, link.seq, link.seq, AuditProblem::NotAsAnchored);
        }
        // Of an entry that cannot be checked, only its stored hash is known.
        let known = expected.ok().filter(|_| !is_sealed);
        self.before = Some(Before { stored: link.hash.clone(), expected: known });
        self.next = link.seq.saturating_add(1);
        self.newest = link.head();
    }

    /// The chain has no more entries.
    pub(super) fn end(self, report: &mut AuditReport) {
        if let Some(&last) = self.anchors.keys().next_back()
            && last >= self.next
        {
            report.add(&self.chain, self.next, last, AuditProblem::Missing);
        }
        report.head(self.newest);
    }

    pub(super) fn chain(&self) -> &AuditChain {
        &self.chain
    }
}
