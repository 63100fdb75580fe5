//! PostgreSQL under each of its isolations.

#[path = "sql/mod.rs"]
mod sql;

use tenancy::Isolation;
use tenancy_tests::migrations::folders;
use tenancy_tests::world::postgres::Database;

pub(crate) use tenancy::postgres::{Tenancy, TenantDb as Db};

pub(crate) use self::sql::Place;
use crate::options::Options;
use crate::schema::TENANT_TABLES;

pub(crate) type Diesel = diesel::pg::Pg;

pub(crate) const ISOLATIONS: [Isolation; 4] =
    [Isolation::Column, Isolation::Rls, Isolation::Schema, Isolation::Database];

/// Tenants' schemas have tables of their own; global ones are where all can see them.
const GLOBAL: &str = "CREATE TABLE countries (code VARCHAR(2) PRIMARY KEY, name TEXT NOT NULL);
    GRANT SELECT, INSERT, UPDATE, DELETE ON countries TO tenancy_app";

/// Whether the database holds SQL text.
pub(crate) fn holds_text(isolation: Isolation) -> bool {
    isolation != Isolation::Column
}

pub(crate) async fn place(isolation: Isolation, name: String, options: &Options) -> Place {
    let database = Database::new().await;
    let migrations: &[&str] = match isolation {
        Isolation::Column => &["fuzz", "fuzz_grants"],
        Isolation::Rls => &["fuzz", "fuzz_grants", "fuzz_policies"],
        Isolation::Schema | Isolation::Database => &["fuzz"],
    };
    let tenancy = database
        .builder(isolation)
        .migrations(folders(migrations))
        .tables(TENANT_TABLES)
        .pool_size(crate::CONNECTIONS)
        .pool_wait(crate::WAIT)
        .build()
        .await
        .expect("the application starts");
    tenancy.migrate_tenants().await.expect("its tables can be made");
    if isolation == Isolation::Schema {
        database.execute_as_admin(GLOBAL).await;
    }
    Place::new(name, isolation, tenancy, options, Box::new(database)).await
}
