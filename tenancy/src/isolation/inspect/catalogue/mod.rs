//! What the catalogue says, read once. A dozen queries, however many tables there are.

mod grants;
mod keys;
mod policies;
mod reach;
mod role;
mod tables;

use diesel::result::Error;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};

pub(super) use self::grants::{Creator, DefaultGrant, Grant, Preset};
pub(super) use self::keys::{ForeignKey, Index};
pub(super) use self::policies::Policy;
pub(super) use self::reach::{Definer, View};
pub(super) use self::role::{Membership, Role};
pub(super) use self::tables::{Found, Table};

use super::subject::TableName;
use crate::db::TENANT_SETTING;

/// What the checks go by.
#[derive(Debug)]
pub(super) struct Catalogue {
    pub(super) role: Role,
    pub(super) memberships: Vec<Membership>,
    /// The tables that were named and are not there.
    pub(super) missing: Vec<TableName>,
    /// The tables that have the tenant column and were not named.
    pub(super) undeclared: Vec<Found>,
    pub(super) tables: Vec<Table>,
    pub(super) policies: Vec<Policy>,
    pub(super) indexes: Vec<Index>,
    pub(super) foreign_keys: Vec<ForeignKey>,
    pub(super) views: Vec<View>,
    pub(super) definers: Vec<Definer>,
    pub(super) grants: Vec<Grant>,
    pub(super) creators: Vec<Creator>,
    pub(super) defaults: Vec<DefaultGrant>,
    pub(super) presets: Vec<Preset>,
}

/// What is to be read.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    pub(super) role: Option<&'a str>,
    /// Every table that has the column, if there are none.
    pub(super) tables: &'a [TableName],
    /// The tenant column of a table that does not name its own.
    pub(super) column: &'a str,
}

impl Catalogue {
    /// Reads it inside a transaction that the caller has opened. `None` where there is no such role.
    pub(super) async fn read(
        connection: &mut AsyncPgConnection,
        wanted: &Wanted<'_>,
    ) -> Result<Option<Self>, Error> {
        let Some(role) = role::role(connection, wanted.role, TENANT_SETTING).await? else {
            return Ok(None);
        };
        let oid = role.oid;
        let resolved = tables::resolve(connection, wanted.tables).await?;
        // From here on every name that is not PostgreSQL's own is written with its schema.
        connection.batch_execute("SET LOCAL search_path TO pg_catalog").await?;
        let memberships = role::memberships(connection, &role).await?;

        let column = |table: &TableName| table.column.clone().unwrap_or_else(|| wanted.column.to_owned());
        let mut columns: Vec<String> = wanted.tables.iter().map(column).collect();
        columns.push(wanted.column.to_owned());
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let found = tables::discover(connection, &columns).await?;
        let mut there = Vec::new();
        let mut missing = Vec::new();
        for (table, oid) in wanted.tables.iter().zip(resolved) {
            match oid {
                Some(oid) => there.push((oid, column(table))),
                None => missing.push(table.clone()),
            }
        }
        let mut undeclared = Vec::new();
        if wanted.tables.is_empty() {
            there = found.into_iter().map(|found| (found.oid, found.column)).collect();
        } else {
            undeclared = found;
            undeclared.retain(|found| there.iter().all(|(oid, _)| *oid != found.oid));
        }

        let tables = tables::describe(connection, oid, &there).await?;
        let roots: Vec<u32> = tables.iter().filter(|table| !table.child).map(|table| table.oid).collect();
        let all: Vec<u32> = tables.iter().map(|table| table.oid).collect();
        let views = reach::views(connection, oid, &all).await?;
        let granted: Vec<u32> = all.iter().copied().chain(views.iter().map(|view| view.oid)).collect();
        let mut schemas: Vec<&str> = tables.iter().map(|table| &*table.schema).collect();
        schemas.sort_unstable();
        schemas.dedup();
        Ok(Some(Self {
            memberships,
            missing,
            undeclared,
            policies: policies::policies(connection, oid, &all).await?,
            indexes: keys::indexes(connection, &roots).await?,
            foreign_keys: keys::foreign_keys(connection, &roots).await?,
            definers: reach::definers(connection, oid, &roots).await?,
            grants: grants::grants(connection, oid, &granted).await?,
            creators: grants::creators(connection, oid, &schemas).await?,
            defaults: grants::defaults(connection, oid).await?,
            presets: grants::presets(connection, oid, TENANT_SETTING).await?,
            role,
            tables,
            views,
        }))
    }

    /// The tables themselves, without partitions and children.
    pub(super) fn roots(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter().filter(|table| !table.child)
    }

    pub(super) fn table(&self, oid: u32) -> Option<&Table> {
        self.tables.iter().find(|table| table.oid == oid)
    }

    pub(super) fn policies_of(&self, table: u32) -> impl Iterator<Item = &Policy> {
        self.policies.iter().filter(move |policy| policy.table == table)
    }
}
