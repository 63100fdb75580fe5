//! Policies, and what is wrong with each.

use diesel::result::Error;
use diesel_async::AsyncPgConnection;

use super::ask::ask;
use super::catalogue::{Catalogue, Policy, Table};
use super::expression::{Key, Problem, judge};
use crate::isolation::rls::KeyType;

/// The four commands, as `pg_policy` writes them.
pub(super) const COMMANDS: [(&str, &str); 4] =
    [("r", "SELECT"), ("a", "INSERT"), ("w", "UPDATE"), ("d", "DELETE")];

/// A policy with what is wrong with its two expressions. PostgreSQL takes USING for WITH CHECK where that is left out.
#[derive(Debug)]
pub(super) struct Judged<'a> {
    pub(super) policy: &'a Policy,
    pub(super) using: Vec<Problem>,
    pub(super) check: Vec<Problem>,
}

impl Judged<'_> {
    pub(super) fn is_for(&self, command: &str) -> bool {
        self.policy.command == "*" || self.policy.command == command
    }

    /// Whether it lets rows through, for this command, that are not the tenant's.
    pub(super) fn leaks(&self, command: &str) -> bool {
        let leaks = |problems: &[Problem]| problems.iter().any(Problem::is_leak);
        match command {
            "a" => leaks(&self.check),
            "w" => leaks(&self.using) || leaks(&self.check),
            _ => leaks(&self.using),
        }
    }

    /// Whether nothing can come through it but the tenant's rows, for this command.
    pub(super) fn holds(&self, command: &str) -> bool {
        let unclear = |problems: &[Problem]| problems.contains(&Problem::NotUnderstood);
        self.is_for(command) && !self.leaks(command) && !unclear(&self.using) && !unclear(&self.check)
    }
}

impl Problem {
    pub(super) fn is_leak(&self) -> bool {
        match self {
            Self::TooWide | Self::OtherSetting(_) | Self::MatchesUnset | Self::MatchesEmpty { .. } => true,
            Self::FailsUnset | Self::FailsEmpty | Self::DeniesOwn | Self::NotUnderstood => false,
        }
    }
}

/// Judges every policy that counts for the role. What reading does not tell is asked, if the role itself is asking.
pub(super) async fn judged<'a>(
    connection: &mut AsyncPgConnection,
    catalogue: &'a Catalogue,
) -> Result<Vec<Judged<'a>>, Error> {
    let mut all = Vec::new();
    for policy in catalogue.policies.iter().filter(|policy| policy.applies) {
        let Some(table) = catalogue.table(policy.table) else { continue };
        let using = match &policy.using {
            Some(expression) => of_expression(connection, catalogue, table, expression).await?,
            None => Vec::new(),
        };
        let check = match &policy.check {
            Some(expression) if Some(expression) != policy.using.as_ref() => {
                of_expression(connection, catalogue, table, expression).await?
            }
            _ => using.clone(),
        };
        all.push(Judged { policy, using, check });
    }
    Ok(all)
}

async fn of_expression(
    connection: &mut AsyncPgConnection,
    catalogue: &Catalogue,
    table: &Table,
    expression: &str,
) -> Result<Vec<Problem>, Error> {
    let key = Key { column: &table.column, is_text: table.key_type() == Some(KeyType::Text) };
    let read = judge(expression, key);
    if !read.contains(&Problem::NotUnderstood) || !catalogue.role.is_asking {
        return Ok(read);
    }
    let mut problems = ask(connection, table, expression).await?;
    let others = read.into_iter().filter(|problem| *problem != Problem::NotUnderstood);
    let others: Vec<Problem> = others.filter(|problem| !problems.contains(problem)).collect();
    problems.extend(others);
    Ok(problems)
}
