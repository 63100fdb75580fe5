//! One statement and what has to be said around it, with as little waiting in between as its order allows.
//!
//! Futures that are polled one after the other are sent in that order, if each sends at its first poll. BEGIN and
//! COMMIT do. A prepared statement does where nothing else holds the connection's statement cache, and where tokio does
//! not make its lock wait because the task has done much already: hence `unconstrained`. A statement that has to be
//! parsed holds the cache meanwhile, so a second one that goes through the cache waits behind it; COMMIT does not, nor
//! does SQL text that is a batch.

use std::future::Future;
use std::pin::pin;

use diesel::QueryResult;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::FutureExt;
use futures_util::future::{self, Either};
use tokio::task::coop::unconstrained;

use super::session::Busy;
use super::setting::{Setting, Until};

/// When a statement's first byte is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goes {
    /// At once, and so does the setting before it.
    Now,
    /// After it has been parsed, holding the statement cache meanwhile; or at once.
    Parsed,
    /// At once, but the setting before it may have to be parsed.
    BeforeItsSetting,
}

/// Runs one statement with what the server has to be told.
pub(super) async fn with_setting<R>(
    connection: &AsyncPgConnection,
    busy: Busy,
    (setting, until): (Setting, Until),
    goes: Goes,
    statement: impl Future<Output = QueryResult<R>>,
) -> QueryResult<R> {
    // diesel-async knows nothing of what follows. A future dropped from here on leaves the flag raised, and the pool
    // throws the connection away.
    busy.raise();
    let ended = match until {
        Until::Committed => in_transaction(connection, &setting, goes, statement).await,
        Until::Answered => until_answered(connection, &setting, goes, statement).await,
    };
    match ended {
        Ended::Known(result) => {
            busy.lower();
            result
        }
        Ended::InDoubt(error) => Err(error),
    }
}

/// What is known of the connection after a statement.
enum Ended<R> {
    /// The transaction is what it was before.
    Known(QueryResult<R>),
    /// It may not be.
    InDoubt(Error),
}

/// Runs one statement in a transaction of its own that knows the tenant.
async fn in_transaction<R>(
    connection: &AsyncPgConnection,
    setting: &Setting,
    goes: Goes,
    statement: impl Future<Output = QueryResult<R>>,
) -> Ended<R> {
    let statement = behind(control(connection, "BEGIN"), setting.set(connection), goes, statement);
    let statement = pin!(statement);
    if goes != Goes::Now {
        return match statement.await {
            Ok(result) => Ended::Known(control(connection, "COMMIT").await.map(|()| result)),
            Err(error) => match control(connection, "ROLLBACK").await {
                Ok(()) => Ended::Known(Err(error)),
                Err(_) => Ended::InDoubt(error),
            },
        };
    }
    // COMMIT after an error is ROLLBACK, and says so without an error of its own.
    let commit = pin!(control(connection, "COMMIT"));
    match future::select(statement, commit).await {
        Either::Left((result, commit)) => match (result, commit.await) {
            (Err(error), Err(_)) => Ended::InDoubt(error),
            (result, committed) => Ended::Known(result.and_then(|result| committed.map(|()| result))),
        },
        // Answers come in the order of what was sent, but may come all at once between two looks.
        Either::Right((Ok(()), statement)) => statement.now_or_never().map_or_else(overtaken, Ended::Known),
        Either::Right((Err(error), statement)) => match statement.now_or_never() {
            Some(Ok(_)) => Ended::Known(Err(error)),
            Some(Err(first)) => Ended::InDoubt(first),
            None => Ended::InDoubt(error),
        },
    }
}

/// Runs one statement with a setting that ends with it, in a transaction that goes on.
async fn until_answered<R>(
    connection: &AsyncPgConnection,
    setting: &Setting,
    goes: Goes,
    statement: impl Future<Output = QueryResult<R>>,
) -> Ended<R> {
    let told = behind(future::ready(Ok(())), setting.set(connection), goes, statement);
    let reset = control(connection, "SET LOCAL search_path TO DEFAULT");
    let (result, reset) = match goes {
        Goes::Now => unconstrained(future::join(told, reset)).await,
        Goes::Parsed | Goes::BeforeItsSetting => match unconstrained(told).await {
            Ok(result) => (Ok(result), reset.await),
            Err(error) => (Err(error), Ok(())),
        },
    };
    match (result, reset) {
        (Ok(_), Err(error)) => Ended::InDoubt(error),
        // On an error the transaction, or the savepoint, is rolled back, and the setting with it.
        (result, _) => Ended::Known(result),
    }
}

/// The statement behind what has to be said before it; the first error of all.
async fn behind<R>(
    begin: impl Future<Output = QueryResult<()>>,
    set: impl Future<Output = QueryResult<()>>,
    goes: Goes,
    statement: impl Future<Output = QueryResult<R>>,
) -> QueryResult<R> {
    if goes == Goes::BeforeItsSetting {
        let (begun, set) = future::join(begin, set).await;
        begun.and(set)?;
        return statement.await;
    }
    let (begun, set, result) = future::join3(begin, set, statement).await;
    begun.and(set).and(result)
}

async fn control(mut connection: &AsyncPgConnection, sql: &str) -> QueryResult<()> {
    connection.batch_execute(sql).await
}

/// COMMIT has answered and the statement before it has not. What was known to be prepared was not; the statement knew
/// no tenant, and the policies have let nothing through.
fn overtaken<R>() -> Ended<R> {
    let message =
        "the statement was overtaken by its own COMMIT and has run without a tenant: take a new `TenantDb`";
    Ended::InDoubt(Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(message.to_owned())))
}
