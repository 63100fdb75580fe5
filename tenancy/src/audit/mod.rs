//! The audit log: who did what, to what, when, from where and for which tenant, in entries that are chained by hashes.
//!
//! An [`AuditLog`] writes to a sink: [`SqlAudit`], a table whose entries are chained for each tenant and checked by
//! [`verify`](SqlAudit::verify); [`TracingAudit`], [`MemoryAudit`], several of them ([`Sinks`]), or an [`AuditSink`]
//! of your own. Give it to `Tenancy::builder(…).audit(…)`: the verbs of tenants' lives and `across_tenants` write to
//! it by themselves, and handlers take an `AuditLog` as their argument.

mod across;
mod act;
mod acting;
mod actor;
mod chain;
mod entry;
mod error;
mod head;
mod hex;
mod key;
mod link;
mod log;
mod memory;
mod record;
mod redaction;
mod report;
mod seal;
mod several;
mod sink;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod sql;
#[cfg(all(test, any(feature = "mysql", feature = "postgres", feature = "sqlite")))]
mod tests;
mod traced;
mod walk;

pub use self::acting::acting_as;
pub use self::actor::{Actor, ActorKind, Origin};
pub use self::chain::AuditChain;
pub use self::entry::AuditEntry;
pub use self::error::AuditError;
pub use self::head::AuditHead;
pub use self::key::AuditKey;
pub use self::log::{AuditLog, OnFailure};
pub use self::memory::MemoryAudit;
pub use self::record::AuditRecord;
pub use self::report::{AuditFinding, AuditProblem, AuditReport};
pub use self::several::Sinks;
pub use self::sink::AuditSink;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
pub use self::sql::{AuditBackend, SqlAudit, StoredEntry};
pub use self::traced::TracingAudit;

pub(crate) use self::across::across;
pub(crate) use self::act::Act;
