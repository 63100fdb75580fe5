//! `tenancy rls generate`.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chrono::Utc;
use tenancy::inspect::{RlsMigration, RlsTable};

use crate::Done;
use crate::args::Generate;

pub(crate) async fn generate(args: Generate) -> Done {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if args.name.is_empty() || !args.name.bytes().all(is_name) {
        return Err(
            format!("`{}` is no name for a migration: take letters, digits and `_`", args.name).into()
        );
    }
    // First, so that what would be refused asks no database.
    if let Some(there) = existing(&args.migrations, &args.name)? {
        return Err(format!(
            "{} is there already and stays as it is: remove it, or choose another --name",
            there.display()
        )
        .into());
    }
    let tables = match args.key_type {
        Some(key_type) => {
            args.place.table.iter().map(|table| table.keyed(&args.place.column, key_type.into())).collect()
        }
        None => found(&args).await?,
    };
    if tables.is_empty() {
        return Err("there is no table with the tenant column that has no policies yet".into());
    }
    let migration = RlsMigration::new(&tables, args.place.role.as_deref());
    let folder = args.migrations.join(format!("{}_{}", Utc::now().format("%Y-%m-%d-%H%M%S"), args.name));
    write(&folder, &migration)?;
    Ok((folder.display().to_string(), 0))
}

/// The grants are for the role; whoever connects looks.
async fn found(args: &Generate) -> Result<Vec<RlsTable>, Box<dyn std::error::Error>> {
    Ok(args.place.inspection().found(args.place.url()?).await?)
}

/// A migration of this name, whatever its date.
fn existing(migrations: &Path, name: &str) -> Result<Option<PathBuf>, String> {
    let failed = |error| format!("cannot read {}: {error}", migrations.display());
    let entries = match fs::read_dir(migrations) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let folder = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if folder.split_once('_').is_some_and(|(_, of_folder)| of_folder == name) {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Nothing is overwritten, also if somebody makes the same folder at this moment.
fn write(folder: &Path, migration: &RlsMigration) -> Result<(), String> {
    let failed = |error| format!("cannot write {}: {error}", folder.display());
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    fs::create_dir(folder).map_err(failed)?;
    fs::write(folder.join("up.sql"), &migration.up).map_err(failed)?;
    fs::write(folder.join("down.sql"), &migration.down).map_err(failed)
}
