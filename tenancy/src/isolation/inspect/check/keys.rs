//! Unique keys and foreign keys that leave the tenant out.

use super::super::catalogue::{Catalogue, ForeignKey, Index, Table};
use super::super::finding::Finding;
use crate::isolation::sql_text::{identifier, list, qualified};

pub(super) fn check(catalogue: &Catalogue, findings: &mut Vec<Finding>) {
    // Foreign keys first: mended, they lean on a key with the tenant in it, and the next may replace the one without.
    for key in &catalogue.foreign_keys {
        if let (Some(table), Some(target)) = (catalogue.table(key.table), catalogue.table(key.target)) {
            foreign(catalogue, key, (table, target), findings);
        }
    }
    for index in &catalogue.indexes {
        if let Some(table) = catalogue.table(index.table) {
            unique(index, table, findings);
        }
    }
}

fn unique(index: &Index, table: &Table, findings: &mut Vec<Finding>) {
    let holds = index.columns.iter().flatten().any(|column| *column == table.column);
    if !(index.unique || index.exclusion) || holds || table.column_type.is_none() {
        return;
    }
    let (sql, tenant) = (table.sql(), identifier(&table.column));
    let object = format!("{} on {}", index.name, table.label());
    let why = "it is unique across tenants: what one tenant may not write tells it what another has";
    let finding = Finding::warning("unique-without-tenant", object, why);
    let with_tenant = |definition: &str| definition.replacen('(', &format!("({tenant}, "), 1);
    findings.push(match (&index.constraint, &index.constraint_definition) {
        // Equality in an exclusion needs an extension; nobody can tell whether it is there.
        _ if index.exclusion => finding,
        (Some(name), Some(definition)) => {
            let name = identifier(name);
            let with_tenant = with_tenant(definition);
            finding.mend(format!(
                "ALTER TABLE {sql} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} {with_tenant};"
            ))
        }
        _ => {
            let drop = format!("DROP INDEX {};", qualified(Some(&index.schema), &index.name));
            // The table's name may have a parenthesis in it; the columns follow the method.
            let create = match index.definition.split_once(" USING ") {
                Some((head, columns)) => format!("{head} USING {}", with_tenant(columns)),
                None => return,
            };
            finding.mend(format!("{drop}\n{create};"))
        }
    });
}

fn foreign(
    catalogue: &Catalogue,
    key: &ForeignKey,
    (table, target): (&Table, &Table),
    findings: &mut Vec<Finding>,
) {
    let mut pairs = key.columns.iter().zip(&key.target_columns);
    if pairs.any(|(column, referred)| *column == table.column && *referred == target.column) {
        return;
    }
    let object = format!("{} on {}", key.name, table.label());
    let acts = |action: &str| matches!(action, "c" | "n" | "d");
    let mut finding = if acts(&key.on_delete) || acts(&key.on_update) {
        let why = "it leaves the tenant column out, and what one tenant deletes or changes deletes or changes another's \
                   rows: PostgreSQL does not hold such an action to policies";
        Finding::error("foreign-key-acts-across-tenants", object, why)
    } else {
        let why = "it leaves the tenant column out: a row may refer to another tenant's, and whether it may tells what \
                   that tenant has";
        Finding::warning("foreign-key-without-tenant", object, why)
    };
    if table.column_type.is_some() && target.column_type.is_some() {
        finding = finding.mend(mended(catalogue, key, table, target));
    }
    findings.push(finding);
}

/// The same key with the tenant in it, and a unique key that it can refer to.
fn mended(catalogue: &Catalogue, key: &ForeignKey, table: &Table, target: &Table) -> String {
    // A key that has the tenant on one side alone is odd; its columns stay as they are beside the new pair.
    let columns: Vec<&str> = with_first(&table.column, &key.columns);
    let referred: Vec<&str> = with_first(&target.column, &key.target_columns);
    let is_there = catalogue.indexes.iter().any(|index| {
        let mut columns: Vec<&str> = index.columns.iter().flatten().map(String::as_str).collect();
        let mut wanted = referred.clone();
        columns.sort_unstable();
        wanted.sort_unstable();
        index.table == target.oid
            && index.unique
            && index.whole
            && index.columns.iter().all(Option::is_some)
            && columns == wanted
    });
    let unique = match is_there {
        true => String::new(),
        false => format!("ALTER TABLE {} ADD UNIQUE ({});\n", target.sql(), list(referred.iter().copied())),
    };
    // The tenant column itself is never set to NULL or to a default.
    let of_columns = match catalogue.role.version >= 150_000 {
        true => format!(" ({})", list(key.columns.iter().map(String::as_str))),
        false => String::new(),
    };
    let action = |verb: &str, action: &str, of_columns: &str| match action {
        "r" => format!(" ON {verb} RESTRICT"),
        "c" => format!(" ON {verb} CASCADE"),
        "n" => format!(" ON {verb} SET NULL{of_columns}"),
        "d" => format!(" ON {verb} SET DEFAULT{of_columns}"),
        _ => String::new(),
    };
    // ON UPDATE takes no list of columns, and would set the tenant's too.
    let on_update = if matches!(&*key.on_update, "n" | "d") { "a" } else { &*key.on_update };
    format!(
        "{unique}ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} FOREIGN KEY ({columns}) \
         REFERENCES {target} ({referred}){on_delete}{on_update}{deferrable}{deferred};",
        table = table.sql(),
        name = identifier(&key.name),
        columns = list(columns),
        target = target.sql(),
        referred = list(referred.iter().copied()),
        on_delete = action("DELETE", &key.on_delete, &of_columns),
        on_update = action("UPDATE", on_update, ""),
        deferrable = if key.deferrable { " DEFERRABLE" } else { "" },
        deferred = if key.deferred { " INITIALLY DEFERRED" } else { "" },
    )
}

fn with_first<'a>(first: &'a str, rest: &'a [String]) -> Vec<&'a str> {
    std::iter::once(first).chain(rest.iter().map(String::as_str)).collect()
}
