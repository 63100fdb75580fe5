//! The registry in a table of a database.

mod batch;
mod failure;
mod find;
mod merge;
mod returned;
mod row;
mod schema;
mod store;
mod values;

pub use store::SqlStore;
