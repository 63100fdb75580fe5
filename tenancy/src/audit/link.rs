//! An entry in its chain, as it is stored.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::chain::AuditChain;
use super::entry::AuditEntry;
use super::head::AuditHead;
use super::key::Keys;
use super::seal::{self, Hash};

/// An entry with its number, the hash of the one before it, and its own; each field as the table has it. What was read has
/// not been believed yet.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) chain: String,
    pub(super) seq: i64,
    /// `None` where it was read and is none.
    pub(super) at: Option<DateTime<Utc>>,
    pub(super) actor_kind: String,
    pub(super) actor_id: Option<String>,
    pub(super) actor_name: Option<String>,
    pub(super) action: String,
    pub(super) resource_kind: Option<String>,
    pub(super) resource_id: Option<String>,
    /// JSON, byte by byte as it is hashed.
    pub(super) details: String,
    pub(super) ip: Option<String>,
    pub(super) user_agent: Option<String>,
    pub(super) request_id: Option<String>,
    /// The version of the format, and the key's name.
    pub(super) scheme: String,
    pub(super) previous: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

/// Where the next entry of a chain goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    pub(super) seq: i64,
    pub(super) hash: Hash,
}

impl End {
    /// Before the first entry.
    pub(super) const START: Self = Self { seq: 0, hash: [0; 32] };
}

impl Link {
    /// The entry behind this end of its chain.
    pub(super) fn new(entry: &AuditEntry, end: End, keys: &Keys) -> Self {
        let (resource_kind, resource_id) = entry.resource.clone().unzip();
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let mut link = Self {
            chain: entry.chain.as_str().to_owned(),
            // At the last number there is none: the key refuses it.
            seq: end.seq.saturating_add(1),
            at: Some(entry.at),
            actor_kind: entry.actor.kind().as_str().to_owned(),
            actor_id: owned(entry.actor.id()),
            actor_name: owned(entry.actor.name()),
            action: entry.action.clone(),
            resource_kind,
            resource_id,
            details: Value::Object(entry.details.clone()).to_string(),
            ip: entry.origin.ip().map(|ip| ip.to_string()),
            user_agent: owned(entry.origin.user_agent()),
            request_id: owned(entry.origin.request_id()),
            scheme: seal::scheme(keys),
            previous: end.hash.to_vec(),
            hash: Vec::new(),
        };
        link.hash = seal::of(&link, keys.current.as_ref(), entry.at).to_vec();
        link
    }

    pub(super) fn head(&self) -> Option<AuditHead> {
        let hash = Hash::try_from(&*self.hash).ok()?;
        Some(AuditHead { chain: AuditChain::stored(&self.chain), seq: self.seq, hash })
    }

    /// Links of a chain for these entries, which are all of it.
    pub(super) fn chained<'a>(
        entries: impl IntoIterator<Item = &'a AuditEntry>,
        mut end: End,
        keys: &Keys,
    ) -> (Vec<Self>, End) {
        let mut links = Vec::new();
        for entry in entries {
            let link = Self::new(entry, end, keys);
            end = End { seq: link.seq, hash: Hash::try_from(&*link.hash).unwrap_or(end.hash) };
            links.push(link);
        }
        (links, end)
    }
}
