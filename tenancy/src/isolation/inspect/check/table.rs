//! The tables and their tenant columns.

use super::super::catalogue::{Catalogue, Table};
use super::super::finding::Finding;
use super::super::subject::TableName;
use crate::isolation::rls::KeyType;
use crate::isolation::sql_text::identifier;

pub(super) fn check(
    catalogue: &Catalogue,
    declared: &[TableName],
    shared: bool,
    findings: &mut Vec<Finding>,
) {
    // Where each tenant has a place of its own, the shared one need not have the tables.
    for table in catalogue.missing.iter().filter(|_| shared) {
        let why = "it was declared, and the application's role finds no such table: run the migrations, or grant the \
                   use of its schema";
        findings.push(Finding::warning("table-missing", table.to_string(), why));
    }
    for found in &catalogue.undeclared {
        let why = format!(
            "it has a column `{}` and nobody declared it: put `#[tenant_scoped]` on its `table!`, and it into \
             `tables![…]`",
            found.column
        );
        findings.push(Finding::warning("table-undeclared", format!("{}.{}", found.schema, found.name), why));
    }
    for table in catalogue.roots() {
        // What is no table is a finding by itself.
        if !matches!(&*table.kind, "r" | "p") {
            continue;
        }
        column(table, declared, findings);
        index(catalogue, table, findings);
    }
}

fn column(table: &Table, declared: &[TableName], findings: &mut Vec<Finding>) {
    let object = format!("{}.{}", table.label(), table.column);
    let (sql, column) = (table.sql(), identifier(&table.column));
    let wanted = declared.iter().find(|declared| {
        declared.name == table.name && declared.schema.as_ref().is_none_or(|schema| *schema == table.schema)
    });
    let wanted = wanted.and_then(|declared| declared.key_type);
    let Some(found) = &table.column_type else {
        let why = "there is no tenant column: its rows belong to nobody. Where there are rows already, add it without \
                   NOT NULL and fill it first";
        let add = format!(
            "ALTER TABLE {sql} ADD COLUMN {column} {} NOT NULL;\nCREATE INDEX ON {sql} ({column});",
            wanted.unwrap_or("TEXT")
        );
        findings.push(Finding::error("tenant-column-missing", object, why).mend(add));
        return;
    };
    if !table.not_null {
        let why = "it may be NULL, and a row without a key is nobody's: no tenant sees it, exports it or deletes it";
        let mend = format!("ALTER TABLE {sql} ALTER COLUMN {column} SET NOT NULL;");
        findings.push(Finding::warning("tenant-column-nullable", &object, why).mend(mend));
    }
    match (table.key_type(), wanted) {
        (None, _) => {
            let why =
                format!("its type is {found}: a tenant column is text, varchar, uuid, bigint or integer");
            findings.push(Finding::error("tenant-column-type", &object, why));
        }
        (Some(is), Some(wanted)) if type_name(is) != wanted => {
            let why = format!("its type is {found}, and the application takes it for {wanted}");
            findings.push(Finding::error("tenant-column-type", &object, why));
        }
        _ => {}
    }
    if !table.exact {
        let why = "its collation takes different keys for equal ones: two tenants could be one";
        let mend = format!("ALTER TABLE {sql} ALTER COLUMN {column} TYPE {found} COLLATE \"C\";");
        findings.push(Finding::error("tenant-column-collation", &object, why).mend(mend));
    }
    if table.default.as_ref().is_some_and(|default| !default.contains("current_setting(")) {
        let why = "it has a default: a row that is written without a key becomes somebody's";
        let mend = format!("ALTER TABLE {sql} ALTER COLUMN {column} DROP DEFAULT;");
        findings.push(Finding::warning("tenant-column-default", &object, why).mend(mend));
    }
}

/// As `table!` says it.
fn type_name(key_type: KeyType) -> &'static str {
    match key_type {
        KeyType::Text => "TEXT",
        KeyType::Uuid => "UUID",
        KeyType::BigInt => "BIGINT",
        KeyType::Integer => "INTEGER",
    }
}

fn index(catalogue: &Catalogue, table: &Table, findings: &mut Vec<Finding>) {
    let leads = catalogue.indexes.iter().any(|index| {
        let first = index.columns.first().and_then(Option::as_ref);
        index.table == table.oid && index.whole && first == Some(&table.column)
    });
    if table.column_type.is_some() && !leads {
        let why = "no index begins with the tenant column: every query of one tenant reads the rows of all";
        let mend = format!("CREATE INDEX ON {} ({});", table.sql(), identifier(&table.column));
        findings.push(Finding::warning("no-tenant-index", table.label(), why).mend(mend));
    }
}
