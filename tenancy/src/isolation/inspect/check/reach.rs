//! Ways to the rows that do not lead through the table's own policies.

use super::super::catalogue::{Catalogue, Definer, Grant, View};
use super::super::finding::Finding;
use crate::isolation::sql_text::{identifier, qualified};

/// The rights beyond the four that an application needs, and what each opens.
const BEYOND: [(&str, &str, bool, &str); 4] = [
    ("TRUNCATE", "truncate-granted", true, "TRUNCATE empties the table for every tenant: no policy holds it"),
    ("TRIGGER", "trigger-granted", true, "a trigger of the application's would run on every tenant's rows"),
    (
        "REFERENCES",
        "references-granted",
        false,
        "a foreign key of the application's would tell which keys other tenants have",
    ),
    ("MAINTAIN", "maintain-granted", false, "who may maintain a table may lock every tenant out of it"),
];

pub(super) fn check(catalogue: &Catalogue, findings: &mut Vec<Finding>) {
    for table in &catalogue.tables {
        if !catalogue.role.superuser {
            beyond(&catalogue.grants, table.oid, &table.label(), &table.sql(), findings);
        }
        if table.child && !table.secured && !table.rights.is_empty() {
            let why = "the application's role may read or write this partition or child by its own name, where the \
                       parent's policies do not hold";
            let finding = Finding::error("partition-without-rls", table.label(), why);
            findings.push(with_mend(finding, revoke_all(catalogue, table.oid, &table.sql())));
        }
    }
    catalogue.views.iter().filter(|view| view.reachable).for_each(|one| view(catalogue, one, findings));
    catalogue.definers.iter().for_each(|one| definer(catalogue, one, findings));
    for creator in &catalogue.creators {
        let why = format!(
            "{} may create tables, views and functions there, in the place of those that the application means",
            creator.grantee
        );
        let mend =
            format!("REVOKE CREATE ON SCHEMA {} FROM {};", identifier(&creator.schema), creator.grantee);
        let object = format!("schema {}", creator.schema);
        findings.push(Finding::warning("schema-create-granted", object, why).mend(mend));
    }
    for default in &catalogue.defaults {
        let place = default.schema.as_ref().map(|schema| format!(" IN SCHEMA {}", identifier(schema)));
        let place = place.unwrap_or_default();
        let rights = default.rights.join(", ");
        let why =
            format!("tables that {} makes from now on grant {rights} to {}", default.maker, default.grantee);
        let mend = format!(
            "ALTER DEFAULT PRIVILEGES FOR ROLE {}{place} REVOKE {rights} ON TABLES FROM {};",
            default.maker, default.grantee
        );
        let object = format!("default privileges of {}{place}", default.maker);
        findings.push(Finding::warning("default-privileges", object, why).mend(mend));
    }
}

/// An owner has them all, and is a finding by itself.
fn beyond(grants: &[Grant], table: u32, label: &str, sql: &str, findings: &mut Vec<Finding>) {
    for (right, code, is_error, why) in BEYOND {
        let granted = grants.iter().filter(|grant| grant.object == table && grant.right == right);
        let mend: Vec<String> =
            granted.map(|grant| format!("REVOKE {right} ON {sql} FROM {};", grant.grantee)).collect();
        if mend.is_empty() {
            continue;
        }
        let finding = match is_error {
            true => Finding::error(code, label, why),
            false => Finding::warning(code, label, why),
        };
        findings.push(finding.mend(mend.join("\n")));
    }
}

/// Takes every right on it from the application's role; `None` where it has them by other ways than grants.
fn revoke_all(catalogue: &Catalogue, object: u32, sql: &str) -> Option<String> {
    let mut grantees: Vec<&str> =
        catalogue.grants.iter().filter(|grant| grant.object == object).map(|grant| &*grant.grantee).collect();
    grantees.dedup();
    (!grantees.is_empty()).then(|| format!("REVOKE ALL ON {sql} FROM {};", grantees.join(", ")))
}

fn with_mend(finding: Finding, sql: Option<String>) -> Finding {
    match sql {
        Some(sql) => finding.mend(sql),
        None => finding,
    }
}

fn view(catalogue: &Catalogue, view: &View, findings: &mut Vec<Finding>) {
    let object = format!("{}.{}", view.schema, view.name);
    let (sql, tables) = (qualified(Some(&view.schema), &view.name), view.tables.join(", "));
    if view.materialized {
        let why = format!("it is a copy of rows of {tables}, and policies cannot hold a copy");
        let finding = Finding::error("materialized-view", object, why);
        findings.push(with_mend(finding, revoke_all(catalogue, view.oid, &sql)));
    } else if !view.invoker {
        let finding = if view.owner_bypasses {
            let why = format!(
                "it reads {tables} as `{}`, whom policies do not hold: it shows every tenant's rows",
                view.owner_name
            );
            Finding::error("view-runs-as-owner", object, why)
        } else {
            let why = format!(
                "it reads {tables} as `{}`, not as its reader: what it shows depends on what holds its owner",
                view.owner_name
            );
            Finding::warning("view-runs-as-owner", object, why)
        };
        // Before 15 a view cannot do otherwise.
        let mend = format!("ALTER VIEW {sql} SET (security_invoker = true);");
        findings.push(with_mend(finding, (catalogue.role.version >= 150_000).then_some(mend)));
    }
}

fn definer(catalogue: &Catalogue, definer: &Definer, findings: &mut Vec<Finding>) {
    let object = || format!("function {}", definer.signature);
    let finding = if definer.owner_bypasses {
        let why = format!(
            "the application may call it, and it runs as `{}`, whom policies do not hold",
            definer.owner_name
        );
        Finding::error("security-definer", object(), why)
    } else if definer.owner_owns {
        let why = format!(
            "the application may call it, and it runs as `{}`, who owns tables of tenants",
            definer.owner_name
        );
        let forced = catalogue.tables.iter().all(|table| table.forced);
        match forced {
            true => Finding::warning("security-definer", object(), why),
            false => Finding::error("security-definer", object(), why),
        }
    } else {
        return;
    };
    findings.push(finding.mend(format!("ALTER ROUTINE {} SECURITY INVOKER;", definer.sql)));
    if !definer.fixed_path {
        let why = "it looks for its tables where its caller says: the caller's own can take their place";
        let path = format!("{}, pg_temp", identifier(&definer.schema));
        let mend = format!("ALTER ROUTINE {} SET search_path = {path};", definer.sql);
        findings.push(Finding::warning("function-search-path", object(), why).mend(mend));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MAINTAIN is a right from PostgreSQL 17 on: no fixture of an older server can grant it.
    #[test]
    fn each_right_beyond_the_four_is_a_finding() {
        let grant = |object: u32, right: &str, grantee: &str| Grant {
            object,
            right: right.to_owned(),
            grantee: grantee.to_owned(),
        };
        let grants = [
            grant(1, "SELECT", "app"),
            grant(1, "INSERT", "app"),
            grant(1, "MAINTAIN", "PUBLIC"),
            grant(1, "MAINTAIN", "app"),
            grant(1, "TRUNCATE", "app"),
            grant(2, "REFERENCES", "app"),
        ];
        let mut findings = Vec::new();
        beyond(&grants, 1, "public.orders", "\"public\".\"orders\"", &mut findings);
        let found: Vec<_> = findings.iter().map(|finding| (finding.code, finding.mend.as_deref())).collect();
        let maintain = "REVOKE MAINTAIN ON \"public\".\"orders\" FROM PUBLIC;\n\
                        REVOKE MAINTAIN ON \"public\".\"orders\" FROM app;";
        let truncate = "REVOKE TRUNCATE ON \"public\".\"orders\" FROM app;";
        assert_eq!(found, [("truncate-granted", Some(truncate)), ("maintain-granted", Some(maintain))]);
    }
}
