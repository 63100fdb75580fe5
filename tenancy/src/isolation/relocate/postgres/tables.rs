//! The tables of a place, as the catalogue has them.

use super::session::Session;
use crate::context::TenantContext;
use crate::isolation::error::IsolationError;
use crate::isolation::relocate::error::RelocateError;
use crate::isolation::rows::may_hold;
use crate::isolation::sql_text::{identifier, list, literal, qualified};
use crate::query::TableInfo;
use crate::tenant::Isolation;

const VERB: &str = "read the catalogue";

/// A table, and which of its rows are the tenant's.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) oid: u32,
    pub(super) schema: String,
    pub(super) name: String,
    /// What it is called in every place: its name, and its schema if that is not where tables are as a rule.
    pub(super) identity: (Option<String>, String),
    /// `None` if the application has not declared it.
    pub(super) info: Option<TableInfo>,
    /// The columns that hold what nobody can work out again, in an order of their own.
    pub(super) columns: Vec<Column>,
    /// A condition that the tenant's rows meet.
    pub(super) own: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Column {
    name: String,
    kind: String,
}

impl Table {
    /// The name for SQL.
    pub(super) fn sql(&self) -> String {
        qualified(Some(&self.schema), &self.name)
    }

    pub(super) fn column_list(&self) -> String {
        list(self.columns.iter().map(|column| &*column.name))
    }

    /// How the columns differ from those of the same table elsewhere, if they do.
    pub(super) fn differs_from(&self, other: &Self) -> Option<String> {
        let lacks = |one: &Self, other: &Self| {
            let lacking = one.columns.iter().filter(|column| !other.columns.contains(column));
            lacking.map(|Column { name, kind }| format!("`{name}` ({kind})")).collect::<Vec<_>>().join(", ")
        };
        let (missing, more) = (lacks(self, other), lacks(other, self));
        let says = |what: &str, columns: &str| match columns {
            "" => String::new(),
            columns => format!("; {what} {columns}"),
        };
        (self.columns != other.columns).then(|| {
            let (gone, new) = (says("only the old one has", &missing), says("only the new one has", &more));
            format!("has other columns in the new place{gone}{new}")
        })
    }
}

/// The tables of a tenant's place: the declared ones of those that tenants share, all of its own.
pub(super) async fn tables(
    session: &Session,
    declared: &[TableInfo],
    place: &TenantContext,
) -> Result<Vec<Table>, RelocateError> {
    let mut tables = match place.isolation() {
        Isolation::Column | Isolation::Rls => shared(session, declared, place).await?,
        Isolation::Schema | Isolation::Database => own(session, declared, place, Partitions::Left).await?,
    };
    for table in &mut tables {
        table.columns = columns(session, table.oid).await?;
    }
    Ok(tables)
}

/// Whether partitions count as tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Partitions {
    Left,
    Taken,
}

/// The declared tables that there are, and that can hold rows of the tenant.
pub(super) async fn shared(
    session: &Session,
    declared: &[TableInfo],
    place: &TenantContext,
) -> Result<Vec<Table>, RelocateError> {
    let id = place.tenant().id();
    if declared.is_empty() {
        let error = IsolationError::NoTables { isolation: place.isolation() };
        return Err(RelocateError::failed(id, "find the tenant's rows", error));
    }
    let query = "SELECT c.oid, n.nspname::text, c.relname::text, n.nspname = current_schema()
                 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.relkind IN ('r', 'p') AND CASE WHEN $1::text IS NULL
                 THEN c.oid = to_regclass(quote_ident($2)) ELSE n.nspname = $1 AND c.relname = $2 END";
    let mut tables: Vec<Table> = Vec::new();
    for info in declared.iter().filter(|info| info.column().is_some()) {
        let rows = session.query(VERB, query, &[&info.schema(), &info.name()]).await?;
        for (oid, schema, name, is_usual) in rows {
            let is_usual: bool = is_usual;
            let elsewhere = (!is_usual).then(|| info.schema().map(str::to_owned)).flatten();
            if tables.iter().all(|table| table.oid != oid) {
                let identity = (elsewhere, info.name().to_owned());
                tables.push(table(oid, schema, name, identity, Some(*info), place));
            }
        }
    }
    Ok(tables)
}

/// Tables beside the declared ones that have a column of the same name as their tenant column: the application may be
/// older than the database.
pub(super) async fn undeclared(
    session: &Session,
    declared: &[TableInfo],
    place: &TenantContext,
) -> Result<Vec<Table>, RelocateError> {
    let known: Vec<u32> =
        shared(session, declared, place).await?.into_iter().map(|table| table.oid).collect();
    let mut columns: Vec<&str> = declared.iter().filter_map(TableInfo::column).collect();
    columns.sort_unstable();
    columns.dedup();
    let query = r"SELECT c.oid, n.nspname::text, c.relname::text, a.attname::text
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                  WHERE a.attname = ANY($1::text[]) AND c.oid <> ALL($2::oid[])
                  AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND NOT c.relispartition
                  AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
                  AND c.relname NOT LIKE 'tenancy\_%' AND has_table_privilege(c.oid, 'SELECT')
                  AND NOT EXISTS (SELECT FROM pg_class o WHERE o.relnamespace = n.oid
                                  AND o.relname = 'tenancy_owner' AND n.nspname <> 'public')";
    let rows = session.query(VERB, query, &[&columns, &known]).await?;
    let tables = rows.into_iter().map(|(oid, schema, name, column)| {
        let (name, column): (String, String) = (name, column);
        let own = format!("{}::text = {}", identifier(&column), literal(place.tenant().id().as_str()));
        let identity = (None, name.clone());
        Table { oid, schema, name, identity, info: None, columns: Vec::new(), own }
    });
    Ok(tables.collect())
}

/// Every table of the tenant's own place, but for tenancy's, Diesel's and extensions'.
pub(super) async fn own(
    session: &Session,
    declared: &[TableInfo],
    place: &TenantContext,
    partitions: Partitions,
) -> Result<Vec<Table>, RelocateError> {
    let query = r"SELECT c.oid, n.nspname::text, c.relname::text, n.nspname = current_schema()
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                  WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND ($2 OR NOT c.relispartition)
                  AND c.relname NOT LIKE 'tenancy\_%' AND c.relname <> '__diesel_schema_migrations'
                  AND CASE WHEN $1::text IS NULL THEN n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
                      ELSE n.nspname = $1 END
                  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                                  AND d.objid = c.oid AND d.deptype = 'e')
                  ORDER BY 2, 3";
    let rows = session.query(VERB, query, &[&place.schema(), &(partitions == Partitions::Taken)]).await?;
    let tables = rows.into_iter().map(|(oid, schema, name, is_usual)| {
        let (schema, name, is_usual): (String, String, bool) = (schema, name, is_usual);
        let elsewhere = match place.schema() {
            // The schema of its declaration is left out where the tenant has one of its own.
            Some(_) => declared.iter().find(|info| info.name() == name).and_then(TableInfo::schema),
            None => (!is_usual).then_some(&*schema),
        };
        let is_meant =
            |info: &&TableInfo| info.name() == name && (elsewhere.is_none() || info.schema() == elsewhere);
        let info = declared.iter().find(is_meant).copied();
        let identity = (elsewhere.filter(|schema| *schema != "public").map(str::to_owned), name.clone());
        table(oid, schema, name, identity, info, place)
    });
    Ok(tables.collect())
}

fn table(
    oid: u32,
    schema: String,
    name: String,
    identity: (Option<String>, String),
    info: Option<TableInfo>,
    place: &TenantContext,
) -> Table {
    let own = match info.and_then(|info| info.column().map(|column| (info, column))) {
        None => "true".to_owned(),
        // The tenant's id is no value of the column's type.
        Some((info, _)) if !may_hold(&info, place.keys()) => "false".to_owned(),
        Some((_, column)) => format!("{} = {}", identifier(column), literal(place.tenant().id().as_str())),
    };
    Table { oid, schema, name, identity, info, columns: Vec::new(), own }
}

/// Generated columns are worked out again. A type of one's own may be in another schema in each place, so it is known by
/// its name.
async fn columns(session: &Session, table: u32) -> Result<Vec<Column>, RelocateError> {
    let query = "SELECT a.attname::text, t.typname::text, a.atttypmod FROM pg_attribute a
                 JOIN pg_type t ON t.oid = a.atttypid
                 WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''";
    let rows = session.query(VERB, query, &[&table]).await?;
    let mut columns: Vec<Column> = rows
        .into_iter()
        .map(|(name, kind, modifier)| {
            let (kind, modifier): (String, i32) = (kind, modifier);
            let kind = if modifier == -1 { kind } else { format!("{kind}, modifier {modifier}") };
            Column { name, kind }
        })
        .collect();
    columns.sort();
    Ok(columns)
}

/// The tables, those first that others refer to. Rows that refer to their own table are looked at when the statement
/// ends, deferrable keys when the transaction does.
pub(super) async fn in_order(
    session: &Session,
    tables: Vec<Table>,
    place: &TenantContext,
) -> Result<Vec<Table>, RelocateError> {
    let query = "SELECT conrelid, confrelid FROM pg_constraint WHERE contype = 'f' AND NOT condeferrable
                 AND conrelid <> confrelid AND conrelid = ANY($1) AND confrelid = ANY($1)";
    let oids: Vec<u32> = tables.iter().map(|table| table.oid).collect();
    let keys: Vec<(u32, u32)> = session.query(VERB, query, &[&oids]).await?;
    let (mut ordered, mut left): (Vec<Table>, Vec<Table>) = (Vec::new(), tables);
    while !left.is_empty() {
        let waits = |table: &Table, left: &[Table]| {
            let mut refers = keys.iter().filter(|(from, _)| *from == table.oid);
            refers.any(|(_, to)| left.iter().any(|other| other.oid == *to))
        };
        let (blocked, free): (Vec<Table>, Vec<Table>) =
            left.iter().cloned().partition(|table| waits(table, &left));
        if free.is_empty() {
            let names: Vec<_> = blocked.iter().map(|table| format!("`{}`", table.name)).collect();
            return Err(RelocateError::Circular {
                tenant: place.tenant().id().clone(),
                tables: names.join(", "),
            });
        }
        ordered.extend(free);
        left = blocked;
    }
    Ok(ordered)
}
