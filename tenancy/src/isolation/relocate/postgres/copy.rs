//! The copy: one snapshot of the old place, one transaction in the new one, rows streamed between them.
//!
//! As text, and not in the binary format: arrays, ranges and composites have the numbers of their types in it, which
//! differ from database to database and from schema to schema.

use std::pin::pin;

use futures_util::StreamExt;

use super::fence::PASS;
use super::tables::{Table, in_order, tables, undeclared};
use super::verify::{compare, is_without};
use super::{PgMover, Session};
use crate::context::TenantContext;
use crate::isolation::drop_database::said;
use crate::isolation::relocate::error::RelocateError;
use crate::isolation::sql_text::literal;
use crate::tenant::Isolation;

const READ: &str = "read the old place";
const WRITE: &str = "write the new place";

/// A table in the place that the tenant leaves, and the same in the one it goes to.
pub(super) struct Pair {
    pub(super) old: Table,
    pub(super) new: Table,
}

impl PgMover<'_> {
    pub(super) async fn copy_tables(
        &mut self,
        from: &TenantContext,
        to: &TenantContext,
    ) -> Result<(), RelocateError> {
        let (source, target) = (self.session(from).await?, self.session(to).await?);
        let old = self.lock_tables(&source, from).await?;
        let new = tables(&target, &self.layout.tables, to).await?;
        let new = in_order(&target, new, to).await?;
        let pairs = self.pair(&source, from, to, old, new).await?;

        target.run(WRITE, &format!("BEGIN; {PASS}; SET CONSTRAINTS ALL DEFERRED")).await?;
        if to.isolation() != Isolation::Database {
            self.hold_the_move(&target).await?;
        }
        let is_own = !to.isolation().shares_tables();
        if is_own {
            // What migrations have put there is in the old place too, or was deleted there. The tenant's own triggers
            // have run when the rows were written.
            for Pair { new, .. } in pairs.iter().rev() {
                let sql = format!(
                    "ALTER TABLE {table} DISABLE TRIGGER USER; DELETE FROM {table}",
                    table = new.sql()
                );
                target.run(WRITE, &sql).await?;
            }
        }
        for pair in &pairs {
            self.copy_table(&source, &target, pair).await?;
            self.options.steps.reached("copying");
        }
        target.run("check the keys of the new place", "SET CONSTRAINTS ALL IMMEDIATE").await?;
        for pair in &pairs {
            compare(&source, &target, pair, from.tenant().id()).await?;
        }
        if is_own {
            for Pair { new, .. } in &pairs {
                target.run(WRITE, &format!("ALTER TABLE {} ENABLE TRIGGER USER", new.sql())).await?;
            }
        }
        self.options.steps.reached("compared");
        target.run(WRITE, "COMMIT").await?;
        self.set_sequences(&source, &target, from, to, &pairs).await?;
        self.source = Some(source);
        Ok(())
    }

    /// The tables of the old place, which nobody changes from now on, and what is in them at one moment.
    async fn lock_tables(&self, source: &Session, from: &TenantContext) -> Result<Vec<Table>, RelocateError> {
        source.run(READ, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let wait = self.options.wait.as_millis().max(1);
        let lock = |tables: &[Table]| {
            let names: Vec<String> = tables.iter().map(Table::sql).collect();
            format!(
                "SET LOCAL lock_timeout = '{wait}ms'; LOCK TABLE {} IN ACCESS SHARE MODE",
                names.join(", ")
            )
        };
        // The catalogue is asked in a transaction of its own: the snapshot is taken behind the locks.
        let catalogue = self.session(from).await?;
        let found = tables(&catalogue, &self.layout.tables, from).await?;
        if !found.is_empty() {
            source.run(READ, &lock(&found)).await?;
        }
        tables(source, &self.layout.tables, from).await
    }

    /// Finds each table's counterpart, in the order of the new place. What has none must have no rows.
    async fn pair(
        &self,
        source: &Session,
        from: &TenantContext,
        to: &TenantContext,
        mut old: Vec<Table>,
        new: Vec<Table>,
    ) -> Result<Vec<Pair>, RelocateError> {
        let tenant = from.tenant().id().clone();
        let mut pairs = Vec::new();
        for new in new {
            let Some(at) = old.iter().position(|old| old.identity == new.identity) else { continue };
            let old = old.remove(at);
            if let Some(reason) = old.differs_from(&new) {
                return Err(RelocateError::Differs { tenant, table: old.name, reason });
            }
            pairs.push(Pair { old, new });
        }
        for table in old {
            let is_left = self.options.leave.contains(&table.name);
            if is_left && table.info.is_none() || is_without(source, &table, "true").await? {
                continue;
            }
            let table_name = table.name;
            return Err(match table.info {
                None if to.isolation().shares_tables() => {
                    RelocateError::Undeclared { tenant, table: table_name }
                }
                Some(info) if to.isolation().shares_tables() && info.column().is_none() => {
                    RelocateError::WithoutColumn { tenant, table: table_name, isolation: to.isolation() }
                }
                _ => {
                    let reason = "is not in the new place".to_owned();
                    RelocateError::Differs { tenant, table: table_name, reason }
                }
            });
        }
        if from.isolation().shares_tables() {
            for table in undeclared(source, &self.layout.tables, from).await? {
                if !self.options.leave.contains(&table.name)
                    && !is_without(source, &table, &table.own).await?
                {
                    return Err(RelocateError::Undeclared { tenant, table: table.name });
                }
            }
        } else {
            // A row with another key is shown to nobody here, and would be another tenant's there.
            for Pair { old, .. } in &pairs {
                if !is_without(source, old, &format!("({}) IS NOT TRUE", old.own)).await? {
                    let reason = "has rows of another tenant in the tenant's own place".to_owned();
                    return Err(RelocateError::Differs { tenant, table: old.name.clone(), reason });
                }
            }
        }
        Ok(pairs)
    }

    /// In the transaction that writes: whoever takes the move over waits until this has ended, or this has no move left.
    async fn hold_the_move(&self, target: &Session) -> Result<(), RelocateError> {
        let (tenant, attempt) = (literal(self.tenant.as_str()), self.attempt);
        let hold = format!(
            "SELECT 1 FROM tenancy_relocations WHERE tenant = {tenant} AND attempt = {attempt} FOR SHARE"
        );
        match target.finds(WRITE, &hold, &[]).await? {
            false => Err(RelocateError::UnderWay { tenant: self.tenant.clone() }),
            true => Ok(()),
        }
    }

    async fn copy_table(
        &self,
        source: &Session,
        target: &Session,
        Pair { old, new }: &Pair,
    ) -> Result<(), RelocateError> {
        let columns = old.column_list();
        let out = format!("COPY (SELECT {columns} FROM {} WHERE {}) TO STDOUT", old.sql(), old.own);
        let into = format!("COPY {} ({columns}) FROM STDIN", new.sql());
        let copied = async {
            let rows = source.client.copy_out(&*out).await?;
            let sink = pin!(target.client.copy_in(&*into).await?);
            rows.forward(sink).await
        };
        copied.await.map_err(|error| RelocateError::Refused {
            tenant: self.tenant.clone(),
            table: old.name.clone(),
            reason: said(&error),
        })
    }
}
