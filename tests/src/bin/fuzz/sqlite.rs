//! SQLite under each of its isolations.

#[path = "sql/mod.rs"]
mod sql;

use tenancy::Isolation;
use tenancy_tests::migrations::folders;
use tenancy_tests::world;

pub(crate) use tenancy::sqlite::{Tenancy, TenantDb as Db};

pub(crate) use self::sql::Place;
use crate::options::Options;
use crate::schema::TENANT_TABLES;

pub(crate) type Diesel = diesel::sqlite::Sqlite;

pub(crate) const ISOLATIONS: [Isolation; 2] = [Isolation::Column, Isolation::Database];

/// Whether the database holds SQL text.
pub(crate) fn holds_text(_: Isolation) -> bool {
    false
}

pub(crate) async fn place(isolation: Isolation, name: String, options: &Options) -> Place {
    let directory = tempfile::tempdir().expect("there is a directory for temporary files");
    let tenancy = world::sqlite::builder(&directory, isolation)
        .migrations(folders(&["fuzz"]))
        .tables(TENANT_TABLES)
        .pool_size(crate::CONNECTIONS)
        .pool_wait(crate::WAIT)
        .build()
        .await
        .expect("the application starts");
    tenancy.migrate_tenants().await.expect("its tables can be made");
    Place::new(name, isolation, tenancy, options, Box::new(directory)).await
}
