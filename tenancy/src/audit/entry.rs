//! One entry.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::actor::{Actor, Origin};
use super::chain::AuditChain;

/// What somebody did: made by [`AuditLog::record`](super::AuditLog::record), with its details redacted.
#[derive(Clone, PartialEq)]
pub struct AuditEntry {
    pub(super) chain: AuditChain,
    pub(super) at: DateTime<Utc>,
    pub(super) actor: Actor,
    pub(super) action: String,
    pub(super) resource: Option<(String, String)>,
    pub(super) details: Map<String, Value>,
    pub(super) origin: Origin,
}

impl AuditEntry {
    /// Whose entry it is.
    pub fn chain(&self) -> &AuditChain {
        &self.chain
    }

    /// When, in UTC, to the microsecond.
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// Who.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What.
    pub fn action(&self) -> &str {
        &self.action
    }

    /// To what: its kind and its id.
    pub fn resource(&self) -> Option<(&str, &str)> {
        self.resource.as_ref().map(|(kind, id)| (&**kind, &**id))
    }

    /// What else is to be known.
    pub fn details(&self) -> &Map<String, Value> {
        &self.details
    }

    /// From where.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}

/// Without the details: redaction goes by their names, and a value may hold what its name does not tell.
impl fmt::Debug for AuditEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditEntry")
            .field("chain", &self.chain)
            .field("at", &self.at)
            .field("actor", &self.actor)
            .field("action", &self.action)
            .field("resource", &self.resource)
            .finish_non_exhaustive()
    }
}

/// Text as every database takes it: without NUL, which PostgreSQL has no place for, and of a bounded length. An entry that
/// is cut is better than none.
pub(super) fn text(text: &str, most: usize) -> String {
    let mut kept: String = text.chars().take(most).map(|c| if c == '\0' { '\u{fffd}' } else { c }).collect();
    if kept.len() < text.len() && text.chars().nth(most).is_some() {
        kept.pop();
        kept.push('…');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_bounded_and_has_no_nul() {
        assert_eq!(text("order", 5), "order");
        assert_eq!(text("orders", 5), "orde…");
        assert_eq!(text("ööööö", 5), "ööööö");
        assert_eq!(text("a\0b", 5), "a\u{fffd}b");
        assert_eq!(text("", 5), "");
    }
}
