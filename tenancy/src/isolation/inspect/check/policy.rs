//! Row-level security on the tables, and the policies one by one.

use super::super::catalogue::{Catalogue, Table};
use super::super::expression::Problem;
use super::super::finding::Finding;
use super::super::judged::{COMMANDS, Judged};
use super::mend;
use crate::db::TENANT_SETTING;

pub(super) fn check(catalogue: &Catalogue, judged: &[Judged<'_>], rls: bool, findings: &mut Vec<Finding>) {
    for table in &catalogue.tables {
        let has_policies = catalogue.policies_of(table.oid).next().is_some();
        // Elsewhere than under `rls` a table is behind policies if somebody has put it there.
        let meant = rls || table.secured || has_policies;
        // A partition without a wall is found by who can reach it.
        if !meant || (table.child && !table.secured) {
            continue;
        }
        if !matches!(&*table.kind, "r" | "p") {
            let what = if table.kind == "f" { "a foreign table" } else { "a view" };
            let why = format!("it is {what}, which cannot have policies: declare a table");
            findings.push(Finding::error("not-a-table", table.label(), why));
            continue;
        }
        let policies: Vec<&Judged<'_>> =
            judged.iter().filter(|judged| judged.policy.table == table.oid).collect();
        if !wall(table, has_policies, findings) {
            continue;
        }
        cover(catalogue, table, &policies, findings);
        for policy in &policies {
            one(table, policy, &policies, findings);
        }
    }
}

/// Whether there is a wall at all, whose policies can be looked at.
fn wall(table: &Table, has_policies: bool, findings: &mut Vec<Finding>) -> bool {
    let sql = table.sql();
    let (enable, force) = (
        format!("ALTER TABLE {sql} ENABLE ROW LEVEL SECURITY;"),
        format!("ALTER TABLE {sql} FORCE ROW LEVEL SECURITY;"),
    );
    if !table.secured && !has_policies {
        let why =
            "there is no row-level security on it: SQL that forgets the tenant reads every tenant's rows";
        let finding = Finding::error("rls-disabled", table.label(), why);
        let create = mend::create(table, "*", &[]).map(|create| format!("{enable}\n{force}\n{create}"));
        findings.push(finding.mend(create.unwrap_or(enable)));
        return false;
    }
    if !table.secured {
        let why = "it has policies, and row-level security is off: they do nothing";
        findings.push(Finding::error("rls-disabled", table.label(), why).mend(enable));
    }
    if !table.forced {
        let why = format!(
            "its policies do not hold its owner `{}`, nor the owner's views and functions",
            table.owner_name
        );
        findings.push(Finding::error("rls-not-forced", table.label(), why).mend(force));
    }
    true
}

/// Whether there is a policy for everything that the role may do.
fn cover(catalogue: &Catalogue, table: &Table, policies: &[&Judged<'_>], findings: &mut Vec<Finding>) {
    let names: Vec<&str> = catalogue.policies_of(table.oid).map(|policy| &*policy.name).collect();
    let permissive: Vec<&&Judged<'_>> = policies.iter().filter(|judged| judged.policy.permissive).collect();
    let create = |finding: Finding, command: &str| match mend::create(table, command, &names) {
        Some(sql) => finding.mend(sql),
        None => finding,
    };
    if permissive.is_empty() {
        let others = catalogue.policies_of(table.oid).any(|policy| policy.permissive);
        let finding = match others {
            true => Finding::error(
                "policy-for-other-roles",
                table.label(),
                format!(
                    "none of its policies is for `{}`, which therefore sees nothing and writes nothing",
                    catalogue.role.name
                ),
            ),
            false => Finding::error(
                "no-policy",
                table.label(),
                "row-level security is on and no policy lets anything through: nobody sees or writes anything",
            ),
        };
        findings.push(create(finding, "*"));
        return;
    }
    let without: Vec<(&str, &str)> = COMMANDS
        .into_iter()
        .filter(|(_, right)| table.rights.iter().any(|granted| granted == right))
        .filter(|(command, _)| permissive.iter().all(|judged| !judged.is_for(command)))
        .collect();
    if !without.is_empty() {
        let rights: Vec<&str> = without.iter().map(|(_, right)| *right).collect();
        let why = format!(
            "`{}` may {} and no policy is for it: it fails, or does nothing without an error",
            catalogue.role.name,
            rights.join(", ")
        );
        let mend = without.iter().filter_map(|(command, _)| mend::create(table, command, &names));
        let mend: Vec<String> = mend.collect();
        let finding = Finding::warning("policy-commands-missing", table.label(), why);
        findings.push(if mend.is_empty() { finding } else { finding.mend(mend.join("\n")) });
    }
}

/// One policy among those of its table.
fn one(table: &Table, judged: &Judged<'_>, all: &[&Judged<'_>], findings: &mut Vec<Finding>) {
    let policy = judged.policy;
    let object = format!("policy {} on {}", policy.name, table.label());
    // A restrictive policy that holds the tenant holds it whatever others let through, and lets nothing through itself.
    let held = |command: &str| {
        all.iter().any(|other| !other.policy.permissive && other.holds(command)) || !policy.permissive
    };
    let leaks =
        COMMANDS.iter().any(|(command, _)| judged.is_for(command) && judged.leaks(command) && !held(command));
    let covered = COMMANDS.iter().filter(|(command, _)| judged.is_for(command)).all(|(command, _)| {
        all.iter()
            .any(|other| other.policy.name != policy.name && other.policy.permissive && other.holds(command))
    });
    let mut problems: Vec<&Problem> = Vec::new();
    for problem in judged.using.iter().chain(&judged.check) {
        let counts =
            if problem.is_leak() { leaks } else { policy.permissive || *problem != Problem::NotUnderstood };
        if counts && !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    for problem in &problems {
        let finding = of_problem(problem, &object);
        let mend = match covered && problem.is_leak() {
            true => Some(mend::drop(table, policy)),
            false => mend::alter(table, policy),
        };
        findings.push(match mend {
            Some(sql) => finding.mend(sql),
            None => finding,
        });
    }
    let writes = matches!(&*policy.command, "*" | "w");
    if writes && policy.permissive && policy.check.is_none() && problems.is_empty() {
        let why = "it has no WITH CHECK, and PostgreSQL takes USING for it: whoever widens what is read widens what is \
                   written";
        let finding = Finding::warning("policy-without-check", &object, why);
        findings.push(match mend::alter(table, policy) {
            Some(sql) => finding.mend(sql),
            None => finding,
        });
    }
    for function in &policy.own_functions {
        let why = format!("it calls {function}, which the application's role may replace");
        findings.push(Finding::error("policy-calls-own-function", &object, why));
    }
    for other in &policy.writable_tables {
        let why = format!(
            "it reads {other}, which the application's role may write: it decides itself what it may see"
        );
        findings.push(Finding::warning("policy-reads-writable-table", &object, why));
    }
}

fn of_problem(problem: &Problem, object: &str) -> Finding {
    match problem {
        Problem::TooWide => Finding::error(
            "policy-too-wide",
            object,
            "it lets rows through that are not the tenant's; permissive policies add up, so one is enough",
        ),
        Problem::OtherSetting(setting) => Finding::error(
            "policy-other-setting",
            object,
            format!("it goes by the setting `{setting}`, and tenancy sets `{TENANT_SETTING}`"),
        ),
        Problem::MatchesUnset => Finding::error(
            "policy-matches-when-unset",
            object,
            "it lets rows through where no tenant was ever set on the connection",
        ),
        Problem::MatchesEmpty { all: true } => Finding::error(
            "policy-matches-when-empty",
            object,
            "it lets rows through where the setting is empty, as it is after the first transaction that had one",
        ),
        Problem::MatchesEmpty { all: false } => Finding::warning(
            "policy-matches-when-empty",
            object,
            "where the setting is empty, as after the first transaction that had one, rows with an empty key are \
             everybody's",
        ),
        Problem::FailsUnset => Finding::warning(
            "policy-fails-when-unset",
            object,
            "it is an error where the setting is not there: write `current_setting(…, true)`",
        ),
        Problem::FailsEmpty => Finding::warning(
            "policy-fails-when-empty",
            object,
            "it is an error where the setting is empty, as it is after the first transaction that had one: write \
             `nullif(…, '')`",
        ),
        Problem::DeniesOwn => Finding::warning(
            "policy-denies-own",
            object,
            "it does not let a row through for the tenant whose key it has",
        ),
        Problem::NotUnderstood => Finding::warning(
            "policy-not-understood",
            object,
            "reading it does not tell whether it holds the tenant: connect as the application's role, and it is tried",
        ),
    }
}
