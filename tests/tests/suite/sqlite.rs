//! SQLite under each of its isolations.

#[path = "forms.rs"]
pub(crate) mod forms;

pub(crate) use tenancy::sqlite::TenantDb as Db;
pub(crate) use tenancy::{alias, delete, insert_into, update};
pub(crate) use tenancy_tests::schema;
pub(crate) use tenancy_tests::world::sqlite::World;

pub(crate) use crate::scoped::{conflict, filtered, on_postgres, text};

pub(crate) type Backend = diesel::sqlite::Sqlite;

/// SQLite has no `FOR UPDATE`.
macro_rules! locked {
    ($query:expr) => {
        $query
    };
}
pub(crate) use crate::oracle::{returning, seen};
pub(crate) use locked;

crate::exempt! { $ }
crate::runs!(column: World::new(Isolation::Column), database: World::new(Isolation::Database));
