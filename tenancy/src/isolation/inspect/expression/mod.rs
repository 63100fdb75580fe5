//! What can be said of a policy's expression by reading it.
//!
//! The text is the server's own: it has put parentheses around every operation, quoted what needs it, and written
//! every name that is not its own with the schema, since `search_path` was `pg_catalog`. So `current_setting` here
//! is PostgreSQL's, and nobody's function of that name.

mod tokens;

use self::tokens::{Token, bare, split, tokens};
use crate::db::TENANT_SETTING;

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    /// It lets rows through that are not the tenant's.
    TooWide,
    /// It goes by a setting that tenancy does not set.
    OtherSetting(String),
    /// It lets rows through where the setting is not there.
    MatchesUnset,
    /// It lets rows through where the setting is empty: all of them, or those with an empty key.
    MatchesEmpty { all: bool },
    /// It is an error where the setting is not there.
    FailsUnset,
    /// It is an error where the setting is empty.
    FailsEmpty,
    /// It lets no row of the tenant's own through.
    DeniesOwn,
    /// Reading it does not tell.
    NotUnderstood,
}

/// The tenant column that an expression is to hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key<'a> {
    pub(super) column: &'a str,
    pub(super) is_text: bool,
}

/// What is wrong with the expression of a policy; nothing if it lets the tenant's rows through and no others,
/// and none at all where no tenant is set.
pub(super) fn judge(expression: &str, key: Key<'_>) -> Vec<Problem> {
    judged(&tokens(expression), key)
}

fn judged(all: &[Token], key: Key<'_>) -> Vec<Problem> {
    let all = bare(all);
    let branches = split(all, "OR");
    if branches.len() > 1 {
        return any_of(&branches, key);
    }
    // Each further condition narrows, so the best of them counts.
    let conditions = split(all, "AND");
    match &*conditions {
        [one] if one.len() == all.len() => one_condition(all, key),
        _ => {
            let judged = conditions.iter().map(|condition| judged(condition, key));
            judged.min_by_key(|problems| problems.iter().map(weight).sum::<usize>()).unwrap_or_default()
        }
    }
}

/// Every one of them lets rows through.
fn any_of(branches: &[&[Token]], key: Key<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for branch in branches {
        let asks_for_none = mentions(branch, "current_setting") && !mentions(branch, key.column);
        let found = match judged(branch, key) {
            found if !found.is_empty() && asks_for_none => match branch.iter().any(|token| token.is("IS")) {
                true => vec![Problem::MatchesUnset],
                false => vec![Problem::MatchesEmpty { all: true }],
            },
            found => found,
        };
        for problem in found {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
    problems
}

fn weight(problem: &Problem) -> usize {
    match problem {
        Problem::FailsUnset | Problem::FailsEmpty | Problem::DeniesOwn => 1,
        Problem::MatchesEmpty { all: false } => 2,
        Problem::NotUnderstood => 10,
        Problem::OtherSetting(_) => 100,
        Problem::MatchesUnset | Problem::MatchesEmpty { .. } => 1_000,
        Problem::TooWide => 10_000,
    }
}

fn one_condition(condition: &[Token], key: Key<'_>) -> Vec<Problem> {
    if let [left, right] = &*split(condition, "=") {
        for (column, value) in [(left, right), (right, left)] {
            if is_column(bare(column), key.column) && !mentions(value, key.column) {
                let cast = !key.is_text && column.iter().any(|token| token.is("::"));
                return if cast { vec![Problem::NotUnderstood] } else { value_of_key(value, key) };
            }
        }
    }
    // `coalesce(the setting, tenant_id)`: every row's own key, where there is no setting.
    let opens = ["COALESCE", "current_setting", key.column];
    if !knows_more(condition) && opens.iter().all(|word| condition.iter().any(|token| token.is(word))) {
        return vec![Problem::MatchesUnset];
    }
    // It may be anything; but what calls nothing and asks nobody cannot know the tenant.
    match knows_more(condition) || mentions(condition, "current_setting") {
        true => vec![Problem::NotUnderstood],
        false => vec![Problem::TooWide],
    }
}

fn is_column(tokens: &[Token], column: &str) -> bool {
    matches!(tokens, [Token::Word(name)] | [Token::Word(_), _, Token::Word(name)] if name == column)
}

fn mentions(tokens: &[Token], name: &str) -> bool {
    tokens.iter().any(|token| matches!(token, Token::Word(word) if word == name))
}

/// What the key is compared with.
fn value_of_key(value: &[Token], key: Key<'_>) -> Vec<Problem> {
    if knows_more(value) {
        return vec![Problem::NotUnderstood];
    }
    let Some(at) = value.iter().position(|token| token.is("current_setting")) else {
        // A constant, or another column: one tenant's rows, shown to all.
        return vec![Problem::TooWide];
    };
    let arguments = arguments(&value[at + 1..]);
    let setting = arguments.first().and_then(|first| match bare(first) {
        [Token::Text(setting)] => Some(setting.as_str()),
        _ => None,
    });
    match setting {
        Some(setting) if setting.eq_ignore_ascii_case(TENANT_SETTING) => {}
        Some(setting) => return vec![Problem::OtherSetting(setting.to_owned())],
        None => return vec![Problem::NotUnderstood],
    }
    let mut problems = Vec::new();
    if arguments.get(1).is_none_or(|missing_ok| !matches!(bare(missing_ok), [word] if word.is("true"))) {
        problems.push(Problem::FailsUnset);
    }
    if value.iter().any(|token| token.is("COALESCE")) && value.iter().any(is_a_value_of_its_own) {
        return vec![Problem::MatchesUnset];
    }
    if !value.iter().any(|token| token.is("NULLIF")) {
        problems.push(if key.is_text { Problem::MatchesEmpty { all: false } } else { Problem::FailsEmpty });
    }
    problems
}

/// A text that is neither the setting's name nor empty.
fn is_a_value_of_its_own(token: &Token) -> bool {
    matches!(token, Token::Text(text) if !text.is_empty() && !text.eq_ignore_ascii_case(TENANT_SETTING))
}

/// Whether more is in it than the setting, made NULL where it is empty.
fn knows_more(tokens: &[Token]) -> bool {
    const KNOWN: [&str; 3] = ["current_setting", "NULLIF", "COALESCE"];
    let calls = tokens.windows(2).any(|pair| {
        let [Token::Word(name), open] = pair else { return false };
        let is_keyword =
            ["AND", "OR", "NOT", "IS", "IN", "SELECT", "ANY", "ALL"].iter().any(|word| pair[0].is(word));
        let is_known = KNOWN.iter().any(|known| name.eq_ignore_ascii_case(known));
        open.is("(") && !is_known && !is_keyword && !is_length(name)
    });
    let asks =
        ["FROM", "CASE", "current_user", "CURRENT_ROLE", "SESSION_USER", "USER", "||", "ANY", "EXISTS"];
    let belongs_elsewhere = tokens.windows(2).any(|pair| pair[0].is(".") && pair[1].is("current_setting"));
    calls || belongs_elsewhere || tokens.iter().any(|token| asks.iter().any(|word| token.is(word)))
}

/// `varying(20)` is a type.
fn is_length(name: &str) -> bool {
    ["varying", "character", "numeric"].contains(&name)
}

/// The arguments of a call, from its parenthesis on.
fn arguments(tokens: &[Token]) -> Vec<&[Token]> {
    let mut depth = 0_usize;
    let end = tokens.iter().position(|token| {
        depth += usize::from(token.is("("));
        depth = depth.saturating_sub(usize::from(token.is(")")));
        depth == 0
    });
    match end {
        Some(end) if end > 0 => split(&tokens[1..end], ","),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
