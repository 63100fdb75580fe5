//! The registry in a table of a database.

mod failure;
mod row;
mod schema;
mod store;
mod values;

pub use store::SqlStore;
