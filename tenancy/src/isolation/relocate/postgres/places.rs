//! Making the new place, and taking a place away where the tenant does not live. Only what is marked as the tenant's goes.

use super::fence::PASS;
use super::tables::shared;
use super::{PgMover, Session};
use crate::context::TenantContext;
use crate::db::Postgres;
use crate::isolation::drop_database::drop_database;
use crate::isolation::postgres::{database_name, settle_in};
use crate::isolation::provision::Provision;
use crate::isolation::relocate::error::RelocateError;
use crate::isolation::sql_text::{identifier, literal};

/// How long a place that goes may be read.
const LAST_READERS: &str = "60s";

impl PgMover<'_> {
    /// Deletes the tenant's rows of the tables it shares, all or none.
    pub(super) async fn delete_rows(&self, place: &TenantContext) -> Result<(), RelocateError> {
        let tables = shared(&self.control, &self.layout.tables, place).await?;
        if tables.is_empty() {
            return Ok(());
        }
        // Keys are looked at when a statement ends. All rows go in one, so they may lead in a circle.
        let deletes: Vec<String> = (0..)
            .zip(&tables)
            .map(|(n, table)| format!("d{n} AS (DELETE FROM {} WHERE {})", table.sql(), table.own))
            .collect();
        let sql = format!("BEGIN; {PASS}; WITH {} SELECT 1; COMMIT", deletes.join(", "));
        self.all_or_none("delete the rows of the tenant from shared tables", &sql).await
    }

    /// Drops the schema, if it is marked as the tenant's. One that is gone already is as good.
    pub(super) async fn drop_schema(&self, place: &TenantContext) -> Result<bool, RelocateError> {
        let schema = place.schema_name();
        let verb = format!("drop schema \"{schema}\"");
        let there = "SELECT 1 FROM pg_namespace WHERE nspname = $1";
        if !self.control.finds(&verb, there, &[&schema]).await? {
            return Ok(true);
        }
        if !is_marked(&self.control, schema, place).await? {
            return Ok(false);
        }
        let drop = format!(
            "BEGIN; SET LOCAL lock_timeout = '{LAST_READERS}'; DROP SCHEMA {} CASCADE; COMMIT",
            identifier(schema)
        );
        self.all_or_none(&verb, &drop).await.map(|()| true)
    }

    /// Drops the database, if it is marked as the tenant's, or if it was noted before as the tenant's: as one that is
    /// being made, or dropped.
    pub(super) async fn drop_database(&self, place: &TenantContext) -> Result<bool, RelocateError> {
        let name = self.database(place)?;
        let verb = format!("drop database \"{name}\"");
        if !self.is_there(&verb, &name).await? {
            return Ok(true);
        }
        let ours = "SELECT 1 FROM tenancy_relocations WHERE tenant = $1 AND database = $2";
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 2] = [&self.tenant.as_str(), &name];
        if !self.control.finds(&verb, ours, &values).await? {
            let inside = self.session(place).await?;
            let home = "SELECT n.nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE c.relname = 'tenancy_owner' AND pg_table_is_visible(c.oid)";
            let homes = inside.query(&verb, home, &[]).await?;
            let Some((home,)) = homes.into_iter().next() else { return Ok(false) };
            let home: String = home;
            if !is_marked(&inside, &home, place).await? {
                return Ok(false);
            }
        }
        // From here on nobody can look for the mark.
        self.note(&format!("database = {}", literal(&name))).await?;
        let dropped = drop_database(&self.control.client, &self.layout.shared, &name).await;
        dropped.map_err(|error| self.control.failed(&verb, &error))?;
        self.note("database = NULL").await.map(|()| true)
    }

    pub(super) async fn make_schema(&self, place: &TenantContext) -> Result<(), RelocateError> {
        let made = Postgres::create_schema(self.layout, self.pools, place).await;
        made.map_err(|error| self.failed("make the new place", error))
    }

    /// A database is made outside of transactions, and marked behind that. So what is to be made is noted before, if
    /// there is none of that name: what a crash in between leaves is known by that.
    pub(super) async fn make_database(&self, place: &TenantContext) -> Result<(), RelocateError> {
        const VERB: &str = "make the new place";
        let name = self.database(place)?;
        if self.is_there(VERB, &name).await? {
            return Err(self.failed(VERB, format!("database \"{name}\" exists already")));
        }
        self.note(&format!("database = {}", literal(&name))).await?;
        let create = format!("CREATE DATABASE {}", identifier(&name));
        if let Err(error) = self.control.run(VERB, &create).await {
            self.note("database = NULL").await?;
            return Err(error);
        }
        self.options.steps.reached("created");
        settle_in(self.layout, place).await.map_err(|error| self.failed(VERB, error))
    }

    fn database(&self, place: &TenantContext) -> Result<String, RelocateError> {
        database_name(self.layout, place).map_err(|error| self.failed("name the tenant's database", error))
    }

    async fn is_there(&self, verb: &str, database: &str) -> Result<bool, RelocateError> {
        let query = "SELECT 1 FROM pg_database WHERE datname = $1";
        self.control.finds(verb, query, &[&database]).await
    }

    async fn all_or_none(&self, verb: &str, sql: &str) -> Result<(), RelocateError> {
        let done = self.control.run(verb, sql).await;
        if done.is_err() && !self.control.client.is_closed() {
            self.control.run(verb, "ROLLBACK").await?;
        }
        done
    }
}

/// Whether the schema has a mark that says it is this tenant's.
async fn is_marked(session: &Session, schema: &str, place: &TenantContext) -> Result<bool, RelocateError> {
    const VERB: &str = "read whose a place is";
    let marks = "SELECT 1 FROM pg_tables WHERE tablename = 'tenancy_owner' AND schemaname = $1";
    if !session.finds(VERB, marks, &[&schema]).await? {
        return Ok(false);
    }
    let own = format!("SELECT 1 FROM {}.tenancy_owner WHERE tenant_id = $1", identifier(schema));
    session.finds(VERB, &own, &[&place.tenant().id().as_str()]).await
}
