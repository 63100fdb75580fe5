//! Dropping a tenant's database on PostgreSQL, while pools of other processes have sessions in it.

use std::time::Duration;

use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error, SimpleQueryMessage};

use super::sql_text::{identifier, literal};
use crate::db::{DatabaseUrl, driver};

/// How often a database that goes is looked at for sessions that have been told to end, and how long between two looks.
const ROUNDS: usize = 50;
const ROUND: Duration = Duration::from_millis(100);

/// Drops a database, if there is one of that name. From the first step on nobody new gets in.
///
/// # Errors
///
/// What the server says. The database may be closed by then: call it again.
pub(super) async fn drop_database(
    admin: &Client,
    application: &DatabaseUrl,
    name: &str,
) -> Result<(), Error> {
    let there = format!("SELECT FROM pg_catalog.pg_database WHERE datname = {}", literal(name));
    if !gives_rows(admin, &there).await? {
        return Ok(());
    }
    admin.batch_execute(&format!("ALTER DATABASE {} ALLOW_CONNECTIONS false", identifier(name))).await?;
    // What cannot be ended so may go by itself, or the server says that it is in the way.
    if let Err(error) = end_sessions(application, name).await {
        tracing::debug!(error, "sessions of the application could not be ended");
    }
    drop_closed(admin, name).await
}

/// Ends the sessions that pools of other processes have open. As the application's role, whose they are: a role may
/// end its own, and the administrative one need not be a member of it.
///
/// Its address may lead to a pooler, so nothing is prepared and nothing is set.
async fn end_sessions(application: &DatabaseUrl, database: &str) -> Result<(), String> {
    let application = driver(application).await.map_err(|error| error.to_string())?;
    let end = format!(
        "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity \
         WHERE datname = {} AND usename = current_user AND pid <> pg_catalog.pg_backend_pid()",
        literal(database)
    );
    for _ in 0..ROUNDS {
        if !gives_rows(&application, &end).await.map_err(|error| said(&error))? {
            break;
        }
        tokio::time::sleep(ROUND).await;
    }
    Ok(())
}

/// FORCE ends what the administrative role has open itself. A session of another role that is just going is in the
/// way, and is in no view any more.
async fn drop_closed(admin: &Client, database: &str) -> Result<(), Error> {
    let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", identifier(database));
    for _ in 0..ROUNDS {
        match admin.batch_execute(&drop).await {
            Err(error) if is_in_use(&error) => tokio::time::sleep(ROUND).await,
            dropped => return dropped,
        }
    }
    admin.batch_execute(&drop).await
}

async fn gives_rows(client: &Client, sql: &str) -> Result<bool, Error> {
    let messages = client.simple_query(sql).await?;
    Ok(messages.iter().any(|message| matches!(message, SimpleQueryMessage::Row(_))))
}

/// Whether sessions are in the way of a database that is to be dropped.
fn is_in_use(error: &Error) -> bool {
    matches!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE | &SqlState::OBJECT_IN_USE))
}

/// What the server says. Its details may quote a row, and are left out.
pub(super) fn said(error: &Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
}
