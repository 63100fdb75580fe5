//! Diesel, unscoped, on PostgreSQL: what the answers have to be.

#[allow(dead_code, reason = "what the SQL of a form is matters to the scoped ones alone")]
#[path = "../forms.rs"]
pub(crate) mod forms;
pub(crate) mod tables;

pub(crate) use diesel::{alias, delete, insert_into, update};
pub(crate) use diesel_async::AsyncPgConnection as Db;

pub(crate) type Backend = diesel::pg::Pg;
pub(crate) use self::tables as schema;

/// `FOR UPDATE`, where there is one.
macro_rules! locked {
    ($query:expr) => {
        $query.for_update()
    };
}
pub(crate) use locked;

/// The primary key, as the target of a conflict.
macro_rules! conflict {
    ($table:ident) => {
        $table::id
    };
}
pub(crate) use conflict;

/// The WHERE of a DO UPDATE. It is a trait's method, which hides `filter` of queries where it is imported.
macro_rules! filtered {
    ($upsert:expr, $predicate:expr) => {
        diesel::query_dsl::methods::FilterDsl::filter($upsert, $predicate)
    };
}
pub(crate) use filtered;

/// RETURNING, where there is one.
macro_rules! returning {
    ($statement:expr, $columns:expr) => {
        $statement.returning($columns)
    };
}
pub(crate) use returning;

/// A statement with text in it, and the reason for that; a write with what it gives back.
macro_rules! text {
    ($query:expr) => {
        $query
    };
    ($write:expr, $columns:expr) => {
        $write.returning($columns)
    };
}
pub(crate) use text;

/// A form that PostgreSQL has, or something else.
macro_rules! on_postgres {
    ($here:expr, $elsewhere:expr) => {
        $here
    };
}
pub(crate) use on_postgres;

/// What is to be seen of an answer to a write: all of it.
pub(crate) fn seen<A>(answer: A) -> A {
    answer
}

crate::exempt! { $ }
