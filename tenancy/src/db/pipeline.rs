//! One statement and what has to be said around it, with as little waiting in between as its order allows.
//!
//! Futures that are polled one after the other are sent in that order, if each sends at its first poll. BEGIN and
//! COMMIT do. A prepared statement does where nothing else holds the connection's statement cache, and where tokio does
//! not make its lock wait because the task has done much already: hence `unconstrained`. A statement that has to be
//! parsed holds the cache meanwhile, so a second one that goes through the cache waits behind it; COMMIT does not, nor
//! does SQL text that is a batch.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use diesel::QueryResult;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::FutureExt;
use futures_util::future::{self, Either};
use tokio::task::coop::unconstrained;

use super::pooled;
use super::session::Busy;
use super::setting::{Around, Setting};

/// How far a statement may go ahead of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Goes {
    /// It may be sent, or parsed, before its setting has answered: the setting has not to be parsed itself.
    pub(super) with_setting: bool,
    /// It is sent when it is first polled, so what is sent then comes behind it.
    pub(super) at_once: bool,
}

/// Runs one statement with what the server has to be told.
pub(super) async fn with_setting<R>(
    connection: &AsyncPgConnection,
    busy: Busy,
    around: Around,
    mut goes: Goes,
    statement: impl Future<Output = QueryResult<R>>,
) -> QueryResult<R> {
    // Behind a BEGIN that has failed only the policies would refuse it.
    if goes.at_once
        && let Around::Transaction(setting) = &around
        && !setting.is_for_policies()
    {
        goes.with_setting = false;
    }
    // diesel-async knows nothing of what follows. A future dropped from here on leaves the flag raised, and the pool
    // throws the connection away.
    busy.raise();
    let ended = match &around {
        Around::Transaction(setting) => {
            unconstrained(in_transaction(connection, setting, goes, statement)).await
        }
        Around::PooledTransaction(setting) => {
            unconstrained(pooled::in_transaction(connection, setting.as_ref(), goes, statement)).await
        }
        Around::Answer { setting, is_pooled: false } => {
            let set = setting.set(connection);
            unconstrained(until_answered(connection, set, goes, statement)).await
        }
        Around::Answer { setting, is_pooled: true } => {
            let sql = setting.as_sql();
            unconstrained(until_answered(connection, control(connection, &sql), goes, statement)).await
        }
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
pub(super) enum Ended<R> {
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
    let told = future::join(control(connection, "BEGIN"), setting.set(connection));
    let told = told.map(|(begun, set)| begun.and(set));
    if goes.with_setting {
        return committed(connection, goes, behind(told, statement)).await;
    }
    match told.await {
        Ok(()) => committed(connection, goes, statement).await,
        Err(error) => rolled_back(connection, error).await,
    }
}

/// Runs a statement and ends its transaction.
async fn committed<R>(
    connection: &AsyncPgConnection,
    goes: Goes,
    statement: impl Future<Output = QueryResult<R>>,
) -> Ended<R> {
    if goes.at_once {
        return with_commit(connection, statement).await;
    }
    match statement.await {
        Ok(result) => Ended::Known(control(connection, "COMMIT").await.map(|()| result)),
        Err(error) => rolled_back(connection, error).await,
    }
}

/// Sends COMMIT behind a statement that goes at once. After an error COMMIT is ROLLBACK, and says so without an error
/// of its own.
async fn with_commit<R>(
    connection: &AsyncPgConnection,
    statement: impl Future<Output = QueryResult<R>>,
) -> Ended<R> {
    let (statement, commit) = (pin!(statement), pin!(control(connection, "COMMIT")));
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

async fn rolled_back<R>(connection: &AsyncPgConnection, error: Error) -> Ended<R> {
    match control(connection, "ROLLBACK").await {
        Ok(()) => Ended::Known(Err(error)),
        Err(_) => Ended::InDoubt(error),
    }
}

/// Runs one statement with a setting that ends with it, in a transaction that goes on.
async fn until_answered<R>(
    connection: &AsyncPgConnection,
    set: impl Future<Output = QueryResult<()>>,
    goes: Goes,
    statement: impl Future<Output = QueryResult<R>>,
) -> Ended<R> {
    if goes.with_setting {
        return reset(connection, goes, behind(set, statement)).await;
    }
    match set.await {
        Ok(()) => reset(connection, goes, statement).await,
        Err(error) => Ended::Known(Err(error)),
    }
}

/// Runs a statement and ends its setting. On an error the transaction, or the savepoint, is rolled back, and the setting
/// with it.
async fn reset<R>(
    connection: &AsyncPgConnection,
    goes: Goes,
    statement: impl Future<Output = QueryResult<R>>,
) -> Ended<R> {
    let reset = control(connection, "SET LOCAL search_path TO DEFAULT");
    let (result, reset) = match goes.at_once {
        true => future::join(statement, reset).await,
        false => match statement.await {
            Ok(result) => (Ok(result), reset.await),
            Err(error) => (Err(error), Ok(())),
        },
    };
    match (result, reset) {
        (Ok(_), Err(error)) => Ended::InDoubt(error),
        (result, _) => Ended::Known(result),
    }
}

/// The statement behind what the server is told before it; the first error of both.
///
/// After a BEGIN that has failed, a setting for one transaction sets nothing. So the statement is polled once, which
/// sends it or has it parsed, and then no more until the rest has gone well: what is only parsed by then is not run.
pub(super) async fn behind<R>(
    told: impl Future<Output = QueryResult<()>>,
    statement: impl Future<Output = QueryResult<R>>,
) -> QueryResult<R> {
    let (mut told, mut statement) = (pin!(told), pin!(statement));
    let mut sent = None;
    poll_fn(|cx| {
        let told = told.as_mut().poll(cx);
        sent.get_or_insert_with(|| statement.as_mut().poll(cx));
        told
    })
    .await?;
    match sent {
        Some(Poll::Ready(result)) => result,
        _ => statement.await,
    }
}

pub(super) async fn control(mut connection: &AsyncPgConnection, sql: &str) -> QueryResult<()> {
    connection.batch_execute(sql).await
}

/// COMMIT has answered and the statement before it has not. What was known to be prepared was not; the statement knew
/// no tenant, and the policies have let nothing through.
fn overtaken<R>() -> Ended<R> {
    let message =
        "the statement was overtaken by its own COMMIT and has run without a tenant: take a new `TenantDb`";
    Ended::InDoubt(Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(message.to_owned())))
}
