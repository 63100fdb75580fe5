//! The registry in a table of a database.

mod failure;
mod row;
mod schema;
mod store;
mod values;

#[cfg(feature = "limit")]
pub(crate) use failure::failed;
pub use store::SqlStore;
#[cfg(feature = "limit")]
pub(crate) use store::to_its_end;
