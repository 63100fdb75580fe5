//! Where migrations come from.

use std::sync::Arc;

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

/// An application's migrations: those of every place, and those of the tables that tenants share.
pub(crate) struct Sources<B: Backend> {
    everywhere: InTurn<B>,
    shared: InTurn<B>,
}

impl<B: Backend> Sources<B> {
    /// `None` if there are neither.
    pub(crate) fn new(
        everywhere: Option<Arc<dyn Migrations<B>>>,
        shared_alone: Option<Arc<dyn Migrations<B>>>,
    ) -> Option<Self> {
        let everywhere: Vec<_> = everywhere.into_iter().collect();
        let shared: Vec<_> = everywhere.iter().cloned().chain(shared_alone).collect();
        (!shared.is_empty()).then(|| Self { everywhere: InTurn(everywhere), shared: InTurn(shared) })
    }

    /// Those of a tenant's own place.
    pub(crate) fn everywhere(&self) -> InTurn<B> {
        InTurn(self.everywhere.0.clone())
    }

    /// Those of the place that tenants share.
    pub(crate) fn shared(&self) -> InTurn<B> {
        InTurn(self.shared.0.clone())
    }
}

/// One source's migrations, then the next one's.
pub(crate) struct InTurn<B: Backend>(Vec<Arc<dyn Migrations<B>>>);

impl<B: Backend> InTurn<B> {
    pub(crate) fn one(source: impl Migrations<B>) -> Self {
        Self(vec![Arc::new(source)])
    }

    pub(super) fn run(&self, connection: &mut B::SyncConnection) -> Result<Vec<String>, Failure> {
        let mut ran = Vec::new();
        for source in &self.0 {
            ran.extend(source.run(connection)?);
        }
        Ok(ran)
    }

    pub(super) fn status(&self, connection: &mut B::SyncConnection) -> Result<MigrationStatus, Failure> {
        let mut all = MigrationStatus { applied: Vec::new(), pending: Vec::new() };
        for source in &self.0 {
            let MigrationStatus { applied, pending } = source.status(connection)?;
            all.applied.extend(applied);
            all.pending.extend(pending);
        }
        all.applied.sort();
        Ok(all)
    }
}
