//! Folders of migrations, put together.

use std::path::Path;

use diesel::backend::Backend;
use diesel::migration::{Migration, MigrationSource, Result};
use diesel_migrations::FileBasedMigrations;

/// The migrations of several folders.
#[allow(missing_debug_implementations, reason = "what it holds has none")]
pub struct Folders(Vec<FileBasedMigrations>);

/// The folders of these names beside this crate.
pub fn folders(names: &[&str]) -> Folders {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let folder = |name: &&str| FileBasedMigrations::from_path(root.join(name)).expect("the folder exists");
    Folders(names.iter().map(folder).collect())
}

impl<DB: Backend> MigrationSource<DB> for Folders {
    fn migrations(&self) -> Result<Vec<Box<dyn Migration<DB>>>> {
        let mut all = Vec::new();
        for folder in &self.0 {
            all.extend(MigrationSource::<DB>::migrations(folder)?);
        }
        Ok(all)
    }
}
