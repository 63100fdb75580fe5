//! PostgreSQL under each isolation.

#[path = "forms.rs"]
pub(crate) mod forms;

pub(crate) use tenancy::postgres::TenantDb as Db;
pub(crate) use tenancy::{alias, delete, insert_into, update};
pub(crate) use tenancy_tests::schema;
pub(crate) use tenancy_tests::world::postgres::World;

pub(crate) use crate::scoped::{conflict, filtered, text};

pub(crate) type Backend = diesel::pg::Pg;
pub(crate) use crate::oracle::{locked, on_postgres, returning, seen};

crate::exempt! { $ }
crate::runs!(
    column: World::new(Isolation::Column),
    rls: World::new(Isolation::Rls),
    schema_: World::new(Isolation::Schema),
    database: World::new(Isolation::Database),
    // Four tenants, one under each isolation, in one application.
    hybrid_of_column_and_schema: World::hybrid(Isolation::Column, Isolation::Schema),
    hybrid_of_database_and_rls: World::hybrid(Isolation::Database, Isolation::Rls),
    // Through a PgBouncer that gives each transaction another connection of the server's.
    pooled_column: World::pooled(Isolation::Column),
    pooled_rls: World::pooled(Isolation::Rls),
    pooled_schema: World::pooled(Isolation::Schema),
    pooled_database: World::pooled(Isolation::Database),
);
