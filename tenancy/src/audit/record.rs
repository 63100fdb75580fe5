//! An entry that is being made.

use std::fmt;

use chrono::{SubsecRound, Utc};
use serde_json::{Map, Value};

use super::actor::{Actor, Origin};
use super::chain::AuditChain;
use super::entry::{AuditEntry, text};
use super::error::AuditError;
use super::log::Settings;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
use super::sql::{AuditBackend, append_in};
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
use crate::db::TenantDb;
use crate::tenant::TenantId;

/// The longest action, and the longest kind of a resource, in characters; what is longer is cut.
const MAX_WORD: usize = 100;
/// The longest id of a resource.
const MAX_ID: usize = 200;

/// An entry that is being made, by [`AuditLog::record`](super::AuditLog::record). Nothing is written before
/// [`write`](Self::write) is awaited.
#[must_use = "an entry is written by `write`"]
pub struct AuditRecord<'a> {
    settings: &'a Settings,
    entry: AuditEntry,
}

impl<'a> AuditRecord<'a> {
    pub(super) fn new(
        settings: &'a Settings,
        action: &str,
        chain: AuditChain,
        actor: Actor,
        origin: Origin,
    ) -> Self {
        let entry = AuditEntry {
            chain,
            // As precisely as every database keeps it.
            at: Utc::now().trunc_subsecs(6),
            actor,
            action: text(action, MAX_WORD),
            resource: None,
            details: Map::new(),
            origin,
        };
        Self { settings, entry }
    }

    /// What it was done to: the kind of it, and its id.
    pub fn resource(mut self, kind: impl AsRef<str>, id: impl fmt::Display) -> Self {
        self.entry.resource = Some((text(kind.as_ref(), MAX_WORD), text(&id.to_string(), MAX_ID)));
        self
    }

    /// Something else that is to be known: text, a number, or `json!(…)`. A second one of this name takes the place of the
    /// first.
    pub fn detail(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.entry.details.insert(name.into(), value.into());
        self
    }

    /// By another than the log's actor.
    pub fn by(mut self, actor: Actor) -> Self {
        self.entry.actor = actor;
        self
    }

    /// About another tenant than the one in scope.
    pub fn tenant(mut self, id: &TenantId) -> Self {
        self.entry.chain = AuditChain::from(id);
        self
    }

    /// About the application, and no tenant.
    pub fn application(mut self) -> Self {
        self.entry.chain = AuditChain::application();
        self
    }

    /// The entry as it would be written, with its details redacted: for [`SqlAudit::append_many`](super::SqlAudit::append_many),
    /// or for a sink of your own.
    ///
    /// # Errors
    ///
    /// [`AuditError::TooLarge`] if the details are larger than the log allows.
    pub fn entry(self) -> Result<AuditEntry, AuditError> {
        let mut entry = self.entry;
        self.settings.redaction.apply(&mut entry.details);
        let (size, most) = (size(&entry.details), self.settings.max_details);
        if size > most {
            return Err(AuditError::TooLarge { action: entry.action, size, most });
        }
        Ok(entry)
    }

    /// Writes it. A transaction that is open meanwhile, on whatever connection, has no part in it: the entry stays if that
    /// is rolled back.
    ///
    /// # Errors
    ///
    /// [`AuditError::NoSink`] where the application has no audit log, [`AuditError::TooLarge`], and what the sink says.
    pub async fn write(self) -> Result<(), AuditError> {
        let Some(sink) = self.settings.sink.clone() else {
            return Err(AuditError::NoSink { action: self.entry.action });
        };
        sink.write(&self.entry()?).await
    }

    /// Writes it by this connection: in its transaction, if it has one open, so that the entry is there if and only if
    /// what it is about is.
    ///
    /// The connection has to reach a table `tenancy_audit`, with the right to read it and insert into it; the guide says
    /// where that is. It is written to that table alone, and to no other sink: nobody can take back what a sink
    /// was told. Until the transaction ends, others who write for the same tenant wait.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write); [`AuditError::NoTable`] where no sink is a table. The transaction can be gone
    /// on with, or not, as after any statement that fails.
    #[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
    pub async fn write_in<B: AuditBackend>(self, db: &mut TenantDb<B>) -> Result<(), AuditError> {
        let Some(sink) = self.settings.sink.clone() else {
            return Err(AuditError::NoSink { action: self.entry.action });
        };
        let keys = sink.table().ok_or(AuditError::NoTable)?;
        append_in(db, &self.entry()?, &keys.0).await
    }
}

/// Of the details as JSON.
fn size(details: &Map<String, Value>) -> usize {
    struct Counted(usize);
    impl std::io::Write for Counted {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self.0.saturating_add(bytes.len());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut counted = Counted(0);
    // Neither the writer nor a map with text for keys fails; if one did, the entry would be too large.
    match serde_json::to_writer(&mut counted, details) {
        Ok(()) => counted.0,
        Err(_) => usize::MAX,
    }
}

impl fmt::Debug for AuditRecord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AuditRecord").field(&self.entry).finish()
    }
}
