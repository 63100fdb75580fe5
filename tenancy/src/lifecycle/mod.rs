//! The verbs of a tenant's life, one to a file.

mod destroy;
mod error;
mod migrate;
mod register;
mod relocate;
mod status;
mod watch;

pub use self::error::LifecycleError;
pub use self::relocate::Relocate;

pub(crate) use self::watch::StatusWatch;
