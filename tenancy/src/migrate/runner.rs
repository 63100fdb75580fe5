//! Runs migrations in one place, on a thread for blocking work and a connection of their own.

use super::error::MigrateError;
use super::report::MigrationStatus;
use super::source::InTurn;
use crate::isolation::{Place, Provision};

/// Runs what is pending. Gives the versions that ran.
pub(crate) async fn run<B: Provision>(
    place: Place,
    migrations: InTurn<B>,
) -> Result<Vec<String>, MigrateError> {
    in_place::<B, _>(place, move |connection| migrations.run(connection)).await
}

/// Says what has run and what is pending.
pub(crate) async fn status<B: Provision>(
    place: Place,
    migrations: InTurn<B>,
) -> Result<MigrationStatus, MigrateError> {
    in_place::<B, _>(place, move |connection| migrations.status(connection)).await
}

async fn in_place<B: Provision, R: Send + 'static>(
    place: Place,
    work: impl FnOnce(&mut B::SyncConnection) -> Result<R, Box<dyn std::error::Error + Send + Sync>>
    + Send
    + 'static,
) -> Result<R, MigrateError> {
    let name = place.describe();
    let cut_off = name.clone();
    let task = tokio::task::spawn_blocking(move || {
        let mut connection = connect::<B>(&place)?;
        work(&mut connection).map_err(|error| MigrateError::Failed { place: name, reason: error.to_string() })
    });
    match task.await {
        Ok(result) => result,
        Err(error) => Err(MigrateError::CutOff { place: cut_off, reason: error.to_string() }),
    }
}

fn connect<B: Provision>(place: &Place) -> Result<B::SyncConnection, MigrateError> {
    let mut connection = <B as crate::db::sealed::Driver>::connect_sync(&place.url)?;
    B::enter_place(&mut connection, place)?;
    Ok(connection)
}
