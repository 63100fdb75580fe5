//! An entry as it was read.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::audit::chain::AuditChain;
use crate::audit::head::AuditHead;
use crate::audit::link::Link;

/// An entry as the table has it; whether it is as it was written, [`verify`](crate::audit::SqlAudit::verify) says. It is shown
/// as a line for people, and serialised with all its fields.
#[derive(Clone)]
pub struct StoredEntry(Link);

impl StoredEntry {
    pub(super) fn new(link: Link) -> Self {
        Self(link)
    }

    /// Whose chain it is in.
    pub fn chain(&self) -> AuditChain {
        AuditChain::stored(&self.0.chain)
    }

    /// Its number in the chain.
    pub fn number(&self) -> i64 {
        self.0.seq
    }

    /// When, unless the table has something else there.
    pub fn at(&self) -> Option<DateTime<Utc>> {
        self.0.at
    }

    /// The kind of who did it, and the id.
    pub fn actor(&self) -> (&str, Option<&str>) {
        (&self.0.actor_kind, self.0.actor_id.as_deref())
    }

    /// What was done.
    pub fn action(&self) -> &str {
        &self.0.action
    }

    /// To what: its kind and its id.
    pub fn resource(&self) -> Option<(&str, &str)> {
        self.0.resource_kind.as_deref().zip(self.0.resource_id.as_deref())
    }

    /// The details, as JSON.
    pub fn details(&self) -> &str {
        &self.0.details
    }

    /// It and its hash, to be noted; `None` if there is no hash there.
    pub fn head(&self) -> Option<AuditHead> {
        self.0.head()
    }
}

impl Serialize for StoredEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let link = &self.0;
        let details = serde_json::from_str::<Value>(&link.details).unwrap_or_else(|_| json!(link.details));
        json!({
            "tenant": self.chain().tenant(),
            "number": link.seq,
            "at": link.at,
            "actor": { "kind": link.actor_kind, "id": link.actor_id, "name": link.actor_name },
            "action": link.action,
            "resource": { "kind": link.resource_kind, "id": link.resource_id },
            "details": details,
            "ip": link.ip,
            "user_agent": link.user_agent,
            "request_id": link.request_id,
            "head": self.head().map(|head| head.to_string()),
        })
        .serialize(serializer)
    }
}

/// What stands in it was written by users too: nothing of it reaches a terminal as a control character.
impl fmt::Display for StoredEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let link = &self.0;
        let at = link
            .at
            .map_or_else(|| "no time".to_owned(), |at| at.to_rfc3339_opts(SecondsFormat::Millis, true));
        write!(f, "{at} {} {} ", link.chain.escape_debug(), link.seq)?;
        match &link.actor_id {
            Some(id) => write!(f, "{}:{}", link.actor_kind.escape_debug(), id.escape_debug())?,
            None => write!(f, "{}", link.actor_kind.escape_debug())?,
        }
        write!(f, " {}", link.action.escape_debug())?;
        if let Some((kind, id)) = self.resource() {
            write!(f, " {}:{}", kind.escape_debug(), id.escape_debug())?;
        }
        if link.details != "{}" {
            // JSON has its control characters escaped; what was altered may have any.
            let details: String = link.details.chars().filter(|c| !c.is_control()).collect();
            write!(f, " {details}")?;
        }
        link.ip.iter().try_for_each(|ip| write!(f, " from {}", ip.escape_debug()))
    }
}

impl fmt::Debug for StoredEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredEntry")
            .field("chain", &self.0.chain)
            .field("number", &self.0.seq)
            .field("action", &self.0.action)
            .finish_non_exhaustive()
    }
}
