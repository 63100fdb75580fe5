//! Policies as SQL that mends.

use super::super::catalogue::{Policy, Table};
use crate::isolation::rls::{POLICY, predicate};
use crate::isolation::sql_text::identifier;

/// A new policy for a command, `*` for all. `None` if the table has no key to go by.
pub(super) fn create(table: &Table, command: &str, taken: &[&str]) -> Option<String> {
    let predicate = predicate(&table.column, table.key_type()?);
    let (of_command, suffix) = match command {
        "r" => (" FOR SELECT", "_select"),
        "a" => (" FOR INSERT", "_insert"),
        "w" => (" FOR UPDATE", "_update"),
        "d" => (" FOR DELETE", "_delete"),
        _ => ("", ""),
    };
    let mut name = format!("{POLICY}{suffix}");
    while taken.contains(&&*name) {
        name.push_str("_too");
    }
    let clauses = clauses(command, &predicate);
    Some(format!("CREATE POLICY {} ON {}{of_command}{clauses};", identifier(&name), table.sql()))
}

/// The policy as it should be.
pub(super) fn alter(table: &Table, policy: &Policy) -> Option<String> {
    let predicate = predicate(&table.column, table.key_type()?);
    let clauses = clauses(&policy.command, &predicate);
    Some(format!("ALTER POLICY {} ON {}{clauses};", identifier(&policy.name), table.sql()))
}

/// Others do what it is for.
pub(super) fn drop(table: &Table, policy: &Policy) -> String {
    format!("DROP POLICY {} ON {};", identifier(&policy.name), table.sql())
}

fn clauses(command: &str, predicate: &str) -> String {
    match command {
        "r" | "d" => format!(" USING ({predicate})"),
        "a" => format!(" WITH CHECK ({predicate})"),
        _ => format!("\n    USING ({predicate})\n    WITH CHECK ({predicate})"),
    }
}
