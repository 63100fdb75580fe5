//! The audit log in a table of a database.

mod backend;
mod insert;
mod row;
mod schema;
#[cfg(feature = "mysql")]
mod share;
mod sink;
mod stored;
mod turns;
mod verify;
mod within;

pub use self::backend::AuditBackend;
pub use self::sink::SqlAudit;
pub use self::stored::StoredEntry;

pub(super) use self::within::append_in;
