//! Diesel, unscoped, on PostgreSQL: what the answers have to be.

#[allow(dead_code, reason = "what the SQL of a form is matters to the scoped ones alone")]
#[path = "../forms.rs"]
pub(crate) mod forms;
pub(crate) mod tables;

pub(crate) use diesel::{delete, insert_into, update};
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
