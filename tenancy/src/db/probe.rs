//! Whether an address leads to PostgreSQL itself, or to a pooler that gives each transaction a connection of the server's.
//!
//! Two connections tell: what one of them prepares, the other sees only where they share a connection of the server's. If
//! it has there the name that the driver gave it, the pooler passes names on as they are, and two clients' will meet.

use std::time::Duration;

use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, SimpleQueryMessage, Statement};

use super::{DatabaseUrl, driver};

/// How often is looked. An idle pooler gives the second client at once what the first has used; a busy one sends the first
/// elsewhere, where what it has prepared is not.
const LOOKS: usize = 4;

/// A pooler whose connections are all in use makes its clients wait.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the driver's own errors, and ours, say of a pooler that it cannot work behind.
pub(crate) const NOT_FOLLOWED: &str = "a pooler gives each transaction another connection of the server's and does not \
     follow prepared statements, as PgBouncer does not before 1.21 or with `max_prepared_statements` 0: set \
     `transaction_pooler(true)`, or have it follow them";

/// What is between the application and the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Between {
    /// Nothing that can be told from a server, or it could not be asked.
    Nothing,
    /// A pooler by transaction that knows which client has prepared what.
    Following,
    /// A pooler by transaction that does not.
    NotFollowing,
}

impl Between {
    /// Looks. A server is never taken for a pooler; a pooler may be taken for a server while others keep it busy.
    ///
    /// Cost: two connections and about a dozen round trips.
    pub(crate) async fn us_and(url: &DatabaseUrl) -> Self {
        let found = timeout(PATIENCE, async {
            // What is wrong with the address is said by who connects to it for good.
            let (first, second) = (driver(url).await.ok()?, driver(url).await.ok()?);
            let found = look(&first, &second).await.ok()?;
            for _ in (0..LOOKS).take_while(|_| found == Self::NotFollowing) {
                // What cannot be taken away now is in the way of clients that it would be anyway.
                let _ = second.batch_execute("DEALLOCATE ALL").await;
            }
            Some(found)
        });
        found.await.ok().flatten().unwrap_or(Self::Nothing)
    }
}

async fn look(first: &Client, second: &Client) -> Result<Between, tokio_postgres::Error> {
    // Others may be looking at the same time.
    let mark = uuid::Uuid::now_v7().simple().to_string();
    let statement = format!("SELECT 1 /* tenancy {mark} */");
    let seen = format!("SELECT name FROM pg_catalog.pg_prepared_statements WHERE statement LIKE '%{mark}%'");
    let mut prepared: Vec<Statement> = Vec::new();
    let mut found = Between::Nothing;
    for _ in 0..LOOKS {
        match prepare_and_run(first, &statement, &mut prepared).await {
            Err(error) if is_missing_or_twice(&error) => return Ok(Between::NotFollowing),
            result => result?,
        }
        // As SQL text, which leaves no name.
        for message in second.simple_query(&seen).await? {
            let SimpleQueryMessage::Row(row) = message else { continue };
            if row.try_get(0)?.is_some_and(is_the_drivers) {
                return Ok(Between::NotFollowing);
            }
            found = Between::Following;
        }
    }
    Ok(found)
}

/// Prepares the statement once more, and runs what was prepared first.
async fn prepare_and_run(
    client: &Client,
    statement: &str,
    prepared: &mut Vec<Statement>,
) -> Result<(), tokio_postgres::Error> {
    prepared.push(client.prepare(statement).await?);
    if let Some(first) = prepared.first() {
        client.execute(first, &[]).await?;
    }
    Ok(())
}

fn is_missing_or_twice(error: &tokio_postgres::Error) -> bool {
    let codes = [SqlState::INVALID_SQL_STATEMENT_NAME, SqlState::DUPLICATE_PSTATEMENT];
    error.code().is_some_and(|code| codes.contains(code))
}

/// Whether a name is one that the driver gives: `s17`. A pooler that follows has names of its own.
pub(super) fn is_the_drivers(name: &str) -> bool {
    let number = name.strip_prefix('s').unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drivers_names_are_known() {
        assert!(["s0", "s17", "s4294967296"].into_iter().all(is_the_drivers));
        assert!(!["", "s", "17", "s1x", "PGBOUNCER_17", "S1", "s 1"].into_iter().any(is_the_drivers));
    }
}
