//! The registry in a table of a database.

mod batch;
mod connect;
mod failure;
mod find;
mod merge;
mod returned;
mod row;
mod schema;
mod store;
mod values;

#[cfg(feature = "limit")]
pub(crate) use failure::failed;
pub(crate) use schema::Moment;
pub use store::SqlStore;
#[cfg(feature = "limit")]
pub(crate) use store::to_its_end;
pub(crate) use values::{StoredTime, Time};
