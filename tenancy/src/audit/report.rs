//! What a check of the log has found.

use std::fmt;

use serde::{Serialize, Serializer};

use super::chain::AuditChain;
use super::head::AuditHead;

/// Findings that are listed; of more only the number is told.
const MAX_LISTED: usize = 1000;

/// What is wrong with an entry, or with a row of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AuditProblem {
    /// It is not as it was written: a column, its number or its tenant was changed; or it never was written by the log.
    Altered,
    /// It is as it was written, but for the hash, which was changed.
    HashAltered,
    /// It is gone.
    Missing,
    /// It has a number that another one has already, or that none can have.
    Extra,
    /// It continues another entry than the one before it, or that one was replaced.
    Unlinked,
    /// It was sealed with a key that is not known, or with none where there is a key.
    OtherKey,
    /// It cannot be read: its time is none, or its format is of a version that is not known.
    Unreadable,
    /// It is not the one that was noted: the chain was written anew up to here.
    NotAsAnchored,
}

impl fmt::Display for AuditProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Altered => "not as it was written",
            Self::HashAltered => "as it was written, but its hash was changed",
            Self::Missing => "missing",
            Self::Extra => "there is another one with this number, or none can have it",
            Self::Unlinked => "does not continue the entry before it",
            Self::OtherKey => "sealed with an unknown key, or with none",
            Self::Unreadable => "cannot be read",
            Self::NotAsAnchored => "not the one that was noted as a head",
        })
    }
}

/// Something is wrong with these entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AuditFinding {
    /// Whose chain.
    #[serde(serialize_with = "as_chain")]
    pub chain: AuditChain,
    /// The number of the first entry it is about.
    pub first: i64,
    /// The number of the last one.
    pub last: i64,
    /// What is wrong.
    pub problem: AuditProblem,
}

fn as_chain<S: Serializer>(chain: &AuditChain, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(chain.as_str())
}

impl fmt::Display for AuditFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { chain, first, last, problem } = self;
        match first == last {
            true => write!(f, "{chain}, entry {first}: {problem}"),
            false => write!(f, "{chain}, entries {first} to {last}: {problem}"),
        }
    }
}

/// What a check has found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AuditReport {
    entries: u64,
    findings: Vec<AuditFinding>,
    unlisted: u64,
    #[serde(serialize_with = "as_texts")]
    heads: Vec<AuditHead>,
}

fn as_texts<S: Serializer>(heads: &[AuditHead], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(heads.iter().map(ToString::to_string))
}

impl AuditReport {
    /// Whether nothing was found.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// How many entries were read.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// What was found, by chain and number; a thousand at most.
    pub fn findings(&self) -> &[AuditFinding] {
        &self.findings
    }

    /// How many more were found.
    pub fn unlisted(&self) -> u64 {
        self.unlisted
    }

    /// The newest entry of each chain that was read: what to note elsewhere if nothing was found.
    pub fn heads(&self) -> &[AuditHead] {
        &self.heads
    }

    pub(super) fn count(&mut self) {
        self.entries += 1;
    }

    pub(super) fn head(&mut self, head: Option<AuditHead>) {
        self.heads.extend(head);
    }

    /// Entries with the same problem one behind the other are one finding.
    pub(super) fn add(&mut self, chain: &AuditChain, first: i64, last: i64, problem: AuditProblem) {
        if let Some(before) = self.findings.last_mut()
            && before.chain == *chain
            && before.problem == problem
            && before.last.checked_add(1) == Some(first)
        {
            before.last = last;
            return;
        }
        match self.findings.len() < MAX_LISTED {
            true => self.findings.push(AuditFinding { chain: chain.clone(), first, last, problem }),
            false => self.unlisted += 1,
        }
    }

    /// The finding about the last entry that was looked at turns out to be another.
    pub(super) fn amend(&mut self, chain: &AuditChain, seq: i64, problem: AuditProblem) {
        let Some(found) = self.findings.last_mut() else { return };
        if found.chain != *chain || found.last != seq || self.unlisted > 0 {
            return;
        }
        match found.first == seq {
            true => {
                self.findings.pop();
            }
            false => found.last = seq - 1,
        }
        self.add(chain, seq, seq, problem);
    }
}

impl fmt::Display for AuditReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        if self.unlisted > 0 {
            writeln!(f, "and {} more", self.unlisted)?;
        }
        let (chains, entries) = (self.heads.len(), self.entries);
        match self.is_clean() {
            true => write!(f, "{entries} entries in {chains} chains are as they were written"),
            false => write!(f, "{entries} entries in {chains} chains were read"),
        }
    }
}
