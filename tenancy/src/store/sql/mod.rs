//! The registry in a table of a database.

mod failure;
mod row;
mod schema;
mod store;
mod values;

pub(crate) use schema::Moment;
pub use store::SqlStore;
pub(crate) use values::{StoredTime, Time};
