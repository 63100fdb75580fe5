//! Where migrations come from.

use diesel::backend::Backend as DieselBackend;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel_migrations::MigrationHarness;

use super::report::MigrationStatus;
use crate::db::Backend;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Migrations for the backend `B`: whatever is Diesel's `MigrationSource`, so `embed_migrations!` and
/// `FileBasedMigrations` alike.
pub trait Migrations<B: Backend>: Send + Sync + 'static {
    #[doc(hidden)]
    fn run(&self, connection: &mut B::SyncConnection) -> Result<Vec<String>, Failure>;

    #[doc(hidden)]
    fn status(&self, connection: &mut B::SyncConnection) -> Result<MigrationStatus, Failure>;
}

impl<B, S> Migrations<B> for S
where
    B: Backend,
    S: MigrationSource<B::Diesel> + Send + Sync + 'static,
{
    fn run(&self, connection: &mut B::SyncConnection) -> Result<Vec<String>, Failure> {
        let pending = sorted(connection.pending_migrations(BySource(self))?);
        let mut ran = Vec::with_capacity(pending.len());
        for migration in pending {
            ran.push(connection.run_migration(&*migration)?.to_string());
        }
        Ok(ran)
    }

    fn status(&self, connection: &mut B::SyncConnection) -> Result<MigrationStatus, Failure> {
        let pending = sorted(connection.pending_migrations(BySource(self))?);
        let known = self.migrations()?;
        let mut applied = connection.applied_migrations()?;
        // Others keep their versions in the same table: the registry, for one.
        applied.retain(|version| known.iter().any(|migration| migration.name().version() == *version));
        applied.sort();
        Ok(MigrationStatus {
            applied: applied.iter().map(MigrationVersion::to_string).collect(),
            pending: pending.iter().map(|migration| migration.name().version().to_string()).collect(),
        })
    }
}

fn sorted<DB: DieselBackend>(mut migrations: Vec<Box<dyn Migration<DB>>>) -> Vec<Box<dyn Migration<DB>>> {
    migrations.sort_by(|a, b| a.name().version().cmp(&b.name().version()));
    migrations
}

/// A source by reference, which is what Diesel's functions would take if they could.
struct BySource<'a, S>(&'a S);

impl<DB: DieselBackend, S: MigrationSource<DB>> MigrationSource<DB> for BySource<'_, S> {
    fn migrations(&self) -> diesel::migration::Result<Vec<Box<dyn Migration<DB>>>> {
        self.0.migrations()
    }
}
