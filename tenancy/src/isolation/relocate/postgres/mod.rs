//! On PostgreSQL: triggers that refuse, COPY from one connection into another.

mod copy;
mod fence;
mod places;
mod row;
mod sequences;
mod session;
mod tables;
mod verify;

use std::time::Duration;

use async_trait::async_trait;
use tokio_postgres::types::ToSql;

use self::session::{Session, is_lock_lost, name_of};
use super::error::RelocateError;
use super::mover::{MoveOptions, Mover};
use crate::context::TenantContext;
use crate::db::{DatabaseUrl, Pools, Postgres};
use crate::isolation::layout::Layout;
use crate::isolation::sql_text::literal;
use crate::tenant::{Isolation, TenantId};

/// What moves know of each other, in the application's database: which attempt owns a tenant's move, whether the tenant's
/// writes to shared tables are held, and the database that is just being made or
/// dropped.
const BOOKS: &str = "SELECT pg_advisory_xact_lock(hashtextextended('tenancy relocations', 0)); \
    CREATE TABLE IF NOT EXISTS tenancy_relocations (tenant TEXT PRIMARY KEY, attempt BIGINT NOT NULL, \
    fenced BOOLEAN NOT NULL DEFAULT FALSE, database TEXT); \
    CREATE SEQUENCE IF NOT EXISTS tenancy_relocation_attempts";

/// How long an earlier attempt, which is thought dead, may still be copying.
const PREDECESSOR: Duration = Duration::from_secs(2);

/// A tenant's move, in the hands of one process.
pub(in crate::isolation) struct PgMover<'a> {
    layout: &'a Layout,
    pools: &'a Pools<Postgres>,
    tenant: TenantId,
    options: MoveOptions,
    /// Holds the lock. What destroys something is sent through it: once it is broken, nothing is destroyed any more.
    control: Session,
    /// Grows from attempt to attempt, over all tenants. 0 until the move is ours.
    attempt: i64,
    /// Keeps migrations out of the place that the tenant leaves.
    gate: Option<Session>,
    /// Keeps the tables that were read as they are, until the move is decided.
    source: Option<Session>,
}

impl<'a> PgMover<'a> {
    pub(in crate::isolation) async fn start(
        layout: &'a Layout,
        pools: &'a Pools<Postgres>,
        tenant: &TenantId,
        options: MoveOptions,
    ) -> Result<Self, RelocateError> {
        let control = Session::open(&layout.admin, tenant).await?;
        let lock = "SELECT pg_try_advisory_lock(hashtextextended('tenancy relocation of ' || $1, 0))";
        let locked: Vec<(bool,)> = control.query("lock the tenant", lock, &[&tenant.as_str()]).await?;
        if locked != [(true,)] {
            return Err(RelocateError::UnderWay { tenant: tenant.clone() });
        }
        control.run("make tenancy's table of moves", &format!("BEGIN; {BOOKS}; COMMIT")).await?;
        let tenant = tenant.clone();
        Ok(Self { layout, pools, tenant, options, control, attempt: 0, gate: None, source: None })
    }

    /// A connection to where the place is, with administrative rights.
    ///
    /// The move is ours behind that, or it is an error: whoever takes it over from then on finds this session and ends
    /// it. One that was opened later, by an attempt that does not know that it has lost the move, would be nobody's.
    async fn session(&self, place: &TenantContext) -> Result<Session, RelocateError> {
        let session = Session::open(&self.url(place)?, &self.tenant).await?;
        let ours = "SELECT 1 FROM tenancy_relocations WHERE tenant = $1 AND attempt = $2";
        let values: [&(dyn ToSql + Sync); 2] = [&self.tenant.as_str(), &self.attempt];
        match self.control.finds("see whether the move is ours", ours, &values).await? {
            false => Err(RelocateError::UnderWay { tenant: self.tenant.clone() }),
            true => Ok(session),
        }
    }

    fn url(&self, place: &TenantContext) -> Result<DatabaseUrl, RelocateError> {
        let place = self.layout.place::<Postgres>(place);
        Ok(place.map_err(|error| self.failed("find a place", error))?.url)
    }

    fn failed(&self, verb: &str, reason: impl ToString) -> RelocateError {
        RelocateError::failed(&self.tenant, verb, reason)
    }

    /// Changes our row of the books, if it is still ours.
    async fn note(&self, change: &str) -> Result<(), RelocateError> {
        let (tenant, attempt) = (literal(self.tenant.as_str()), self.attempt);
        let sql = format!(
            "UPDATE tenancy_relocations SET {change} WHERE tenant = {tenant} AND attempt = {attempt} RETURNING 1"
        );
        match self.control.finds("note how far the move is", &sql, &[]).await? {
            false => Err(RelocateError::UnderWay { tenant: self.tenant.clone() }),
            true => Ok(()),
        }
    }

    /// An earlier attempt whose copy is still under way may yet put rows where we would take them away.
    fn is_ours(&self) -> Result<(), RelocateError> {
        match self.attempt {
            0 => Err(RelocateError::UnderWay { tenant: self.tenant.clone() }),
            _ => Ok(()),
        }
    }

    /// Lets go of the tables that were copied from.
    async fn close_source(&mut self) {
        if let Some(source) = self.source.take() {
            // The connection closes all the same.
            let _ = source.run("end the copy", "ROLLBACK").await;
        }
    }
}

#[async_trait]
impl Mover for PgMover<'_> {
    async fn claim(&mut self) -> Result<(), RelocateError> {
        // An attempt that has lost its lock with its connection may have others.
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE application_name = $1 AND usename = current_user AND pid <> pg_backend_pid()";
        self.control.query::<()>("end an earlier attempt", end, &[&name_of(&self.tenant)]).await?;
        let wait = PREDECESSOR.as_millis();
        self.control.run("wait for an earlier attempt", &format!("SET lock_timeout = '{wait}ms'")).await?;
        let claim = "INSERT INTO tenancy_relocations (tenant, attempt)
                     VALUES ($1, nextval('tenancy_relocation_attempts'))
                     ON CONFLICT (tenant) DO UPDATE SET attempt = excluded.attempt RETURNING attempt";
        let claimed = self.control.try_query::<(i64,)>(claim, &[&self.tenant.as_str()]).await;
        let claimed = claimed.map_err(|error| match is_lock_lost(&error) {
            true => RelocateError::UnderWay { tenant: self.tenant.clone() },
            false => self.control.failed("take the move over", &error),
        })?;
        self.attempt = claimed.first().map_or(0, |(attempt,)| *attempt);
        self.control.run("set a session up", "SET lock_timeout = 0").await
    }

    async fn remove(&mut self, place: &TenantContext) -> Result<bool, RelocateError> {
        self.is_ours()?;
        self.close_source().await;
        match place.isolation() {
            Isolation::Column | Isolation::Rls => self.delete_rows(place).await.map(|()| true),
            Isolation::Schema => self.drop_schema(place).await,
            Isolation::Database => {
                self.gate = None;
                self.drop_database(place).await
            }
        }
    }

    async fn make(&mut self, place: &TenantContext) -> Result<(), RelocateError> {
        match place.isolation() {
            Isolation::Column | Isolation::Rls => Ok(()),
            Isolation::Schema => self.make_schema(place).await,
            Isolation::Database => self.make_database(place).await,
        }
    }

    async fn fence(&mut self, place: &TenantContext) -> Result<(), RelocateError> {
        self.keep_migrations_out(place).await?;
        match place.isolation() {
            Isolation::Column | Isolation::Rls => self.fence_rows(place).await,
            Isolation::Schema | Isolation::Database => self.fence_place(place).await,
        }
    }

    async fn lift(&mut self, place: &TenantContext) -> Result<(), RelocateError> {
        self.is_ours()?;
        self.close_source().await;
        match place.isolation() {
            Isolation::Column | Isolation::Rls => self.lift_rows(place).await,
            Isolation::Schema | Isolation::Database => self.lift_place(place).await,
        }
    }

    async fn copy(&mut self, from: &TenantContext, to: &TenantContext) -> Result<(), RelocateError> {
        self.copy_tables(from, to).await
    }

    async fn release(&mut self) -> Result<(), RelocateError> {
        self.gate = None;
        self.note("database = NULL").await?;
        let (tenant, attempt) = (literal(self.tenant.as_str()), self.attempt);
        // The row of a tenant whose writes to shared tables stay held stays too.
        let end = format!(
            "DELETE FROM tenancy_relocations WHERE tenant = {tenant} AND attempt = {attempt} AND NOT fenced"
        );
        self.control.run("end the move", &end).await
    }
}
