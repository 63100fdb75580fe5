//! A scoped table under a second name, for self-joins.
//!
//! Diesel's own `Alias` writes the SQL of its table, of which a scoped table has none, and has no place for
//! a scope. The one here is a table to Diesel: it captures the scope when a query of it is built.

mod field;
mod source;

pub use self::field::{AliasedField, IntoAliasedFields};
pub use self::source::{Alias, AliasedFrom, Named};
