//! A connection of its own, with the settings under which a value has one text.

use std::time::{Duration, Instant};

use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error};

use super::row::FromRow;
use crate::db::{DatabaseUrl, driver};
use crate::isolation::drop_database::said;
use crate::isolation::relocate::error::RelocateError;
use crate::isolation::sql_text::literal;
use crate::tenant::TenantId;

/// Nothing of ours is cut off by a timeout that the server has for requests, both places write their values alike, and a
/// policy that would hide rows from us is an error: rows that are not seen would be neither missed nor copied.
const SETTINGS: &str = "SET row_security = off; SET statement_timeout = 0; SET lock_timeout = 0; \
    SET idle_in_transaction_session_timeout = 0; SET idle_session_timeout = 0; \
    SET TimeZone = 'UTC'; SET DateStyle = 'ISO, MDY'; SET IntervalStyle = 'postgres'; \
    SET extra_float_digits = 3; SET bytea_output = 'hex'";

/// How long others wait behind us, who wait for a table, before we let them pass.
const TURN: &str = "200ms";
/// How long they have then.
const PAUSE: Duration = Duration::from_millis(300);

pub(super) struct Session {
    pub(super) client: Client,
    tenant: TenantId,
}

impl Session {
    pub(super) async fn open(url: &DatabaseUrl, tenant: &TenantId) -> Result<Self, RelocateError> {
        let client =
            driver(url).await.map_err(|error| RelocateError::failed(tenant, "reach a place", error))?;
        let session = Self { client, tenant: tenant.clone() };
        let named = format!("{SETTINGS}; SET application_name = {}", literal(&name_of(tenant)));
        session.run("set a session up", &named).await?;
        Ok(session)
    }

    /// Statements without values.
    pub(super) async fn run(&self, verb: &str, sql: &str) -> Result<(), RelocateError> {
        self.client.batch_execute(sql).await.map_err(|error| self.failed(verb, &error))
    }

    /// The rows of a statement.
    pub(super) async fn query<R: FromRow>(
        &self,
        verb: &str,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<R>, RelocateError> {
        self.try_query(sql, values).await.map_err(|error| self.failed(verb, &error))
    }

    /// The same, for who looks at the error.
    pub(super) async fn try_query<R: FromRow>(
        &self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<R>, Error> {
        self.client.query(sql, values).await?.iter().map(R::from_row).collect()
    }

    /// Whether a statement gives a row.
    pub(super) async fn finds(
        &self,
        verb: &str,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<bool, RelocateError> {
        Ok(!self.query::<()>(verb, sql, values).await?.is_empty())
    }

    /// Statements that need a lock on `table`, in a transaction of their own. They ask for it again and again, a moment
    /// each time, so that nobody waits long behind them.
    pub(super) async fn insist(
        &self,
        table: &str,
        wait: Duration,
        verb: &str,
        sql: &str,
    ) -> Result<(), RelocateError> {
        let sql = format!("BEGIN; SET LOCAL lock_timeout = '{TURN}'; {sql}; COMMIT");
        let since = Instant::now();
        loop {
            let Err(error) = self.client.batch_execute(&sql).await else { return Ok(()) };
            if !self.client.is_closed() {
                self.run(verb, "ROLLBACK").await?;
            }
            if !is_lock_lost(&error) {
                return Err(self.failed(verb, &error));
            }
            if since.elapsed() >= wait {
                return Err(RelocateError::Busy {
                    tenant: self.tenant.clone(),
                    table: table.to_owned(),
                    waited: wait,
                });
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    pub(super) fn failed(&self, verb: &str, error: &Error) -> RelocateError {
        RelocateError::failed(&self.tenant, verb, said(error))
    }
}

/// What the sessions of a tenant's move are called.
pub(super) fn name_of(tenant: &TenantId) -> String {
    format!("tenancy move {tenant}")
}

/// Whether a lock was not to be had.
pub(super) fn is_lock_lost(error: &Error) -> bool {
    matches!(error.code(), Some(&SqlState::LOCK_NOT_AVAILABLE | &SqlState::T_R_DEADLOCK_DETECTED))
}
