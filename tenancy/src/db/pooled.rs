//! Behind a pooler that gives each transaction a connection of the server's, as PgBouncer does in transaction mode.
//!
//! The driver names each statement that it prepares, `s1`, `s2` and so on in every process, and a pooler that does not
//! follow the names gives one client's connection, with what is prepared there, to the next. So every statement is in a
//! transaction, and no name outlives one: what it begins with takes away whatever others have left, and what it ends
//! with leaves nothing to others. Both are one message to the server, which is run as far as it goes well.

use std::future::Future;
use std::pin::pin;

use diesel::QueryResult;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::future::{self, Either};
use tokio_postgres::tls::TlsStream;
use tokio_postgres::types::{Kind, Type};
use tokio_postgres::{Client, Connection, Socket};

use super::Postgres;
use super::pipeline::{Ended, Goes, behind, control};
use super::session::Session;
use super::setting::Setting;

/// Where a statement of it has failed, the first of the two is an error, and nothing is committed.
pub(super) const COMMIT: &str = "DEALLOCATE ALL; COMMIT";
pub(super) const ROLLBACK: &str = "ROLLBACK; DEALLOCATE ALL";

/// Types of the database's own that a new connection asks about. Who has more than these has those left that came last.
const TYPES: i32 = 512;

/// Types as results have them, but for the rows of tables. The first 16,384 OIDs are PostgreSQL's own.
const FIND_TYPES: &str = "SELECT type.oid, type.typname::text, namespace.nspname::text
    FROM pg_catalog.pg_type type
    JOIN pg_catalog.pg_namespace namespace ON namespace.oid = type.typnamespace
    LEFT JOIN pg_catalog.pg_type element ON element.oid = type.typelem AND type.typcategory = 'A'
    LEFT JOIN pg_catalog.pg_class rows
        ON rows.oid = CASE type.typcategory WHEN 'A' THEN element.typrelid ELSE type.typrelid END
    WHERE type.oid >= 16384 AND type.typtype <> 'p' AND coalesce(rows.relkind, 'c') = 'c'
    ORDER BY type.oid LIMIT $1";

/// What begins a transaction: a BEGIN, an end to what others have prepared, and the tenant.
pub(super) fn begin(begin: &str, setting: Option<&Setting>) -> String {
    let mut sql = format!("{begin}; DEALLOCATE ALL");
    if let Some(setting) = setting {
        sql.push_str("; ");
        sql.push_str(&setting.as_sql());
    }
    sql
}

/// Runs one statement in a transaction of its own. It is parsed with BEGIN; what is not parsed waits for BEGIN.
pub(super) async fn in_transaction<R>(
    connection: &AsyncPgConnection,
    setting: Option<&Setting>,
    goes: Goes,
    statement: impl Future<Output = QueryResult<R>>,
) -> Ended<R> {
    let begin = begin("BEGIN", setting);
    let begun = control(connection, &begin);
    let ran = match goes.with_setting {
        true => behind(begun, statement).await,
        false => match begun.await {
            Ok(()) => statement.await,
            Err(error) => Err(error),
        },
    };
    let committed = match ran {
        Ok(result) => control(connection, COMMIT).await.map(|()| result),
        Err(error) => Err(error),
    };
    match committed {
        Ok(result) => Ended::Known(Ok(result)),
        Err(error) => match control(connection, ROLLBACK).await {
            Ok(()) => Ended::Known(Err(error)),
            Err(_) => Ended::InDoubt(error),
        },
    }
}

impl Session<Postgres> {
    /// Runs what a room has to say of its own and not for a tenant, in a transaction if it has to be.
    pub(crate) async fn apart<R>(
        &mut self,
        work: impl AsyncFnOnce(&mut AsyncPgConnection) -> QueryResult<R>,
    ) -> QueryResult<R> {
        if !self.is_pooled() {
            return work(&mut self.connection).await;
        }
        let busy = self.busy();
        busy.raise();
        self.connection.batch_execute(&begin("BEGIN", None)).await?;
        let result = work(&mut self.connection).await;
        let end = if result.is_ok() { COMMIT } else { ROLLBACK };
        self.connection.batch_execute(end).await?;
        busy.lower();
        result
    }
}

/// Begins the transaction in which diesel-async sets a new connection up; it prepares what it sets. [`COMMIT`] ends it.
///
/// The driver asks about each type that it does not know, when it first meets it, by statements that it prepares once for
/// the connection: those are gone with the transaction. So it is made to ask about all of them now.
pub(super) async fn begin_set_up<S>(
    client: &Client,
    connection: &mut Connection<Socket, S>,
) -> Result<(), tokio_postgres::Error>
where
    S: TlsStream + Unpin,
{
    let set_up = pin!(async {
        client.batch_execute(&begin("BEGIN", None)).await?;
        let types = client.query_typed(FIND_TYPES, &[(&TYPES, Type::INT4)]).await?;
        let types = types
            .iter()
            .map(|row| Ok(Type::new(row.try_get(1)?, row.try_get(0)?, Kind::Simple, row.try_get(2)?)));
        let types: Vec<Type> = types.collect::<Result<_, tokio_postgres::Error>>()?;
        if !types.is_empty() {
            // The server describes the types of the binds, also where the statement has no use for them.
            client.prepare_typed("SELECT 1", &types).await?;
        }
        Ok(())
    });
    // Nothing is sent or heard but by the connection, which nobody else has yet.
    match future::select(set_up, connection).await {
        Either::Left((set_up, _)) => set_up,
        Either::Right((ended, set_up)) => match ended {
            Err(error) => Err(error),
            Ok(()) => set_up.await,
        },
    }
}
