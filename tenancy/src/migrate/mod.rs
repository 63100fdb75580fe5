//! Migrations of tenants: each in the tenant's own place.

mod error;
mod report;
mod runner;
mod source;

pub use self::error::MigrateError;
pub use self::report::{MigrationReport, MigrationStatus};
pub use self::source::Migrations;

pub(crate) use self::runner::{run, status};
pub(crate) use self::source::{InTurn, Sources};
