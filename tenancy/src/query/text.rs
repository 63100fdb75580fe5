//! Which statements hold SQL text that tenancy cannot see into.

use diesel::expression::SqlLiteral;
use diesel::query_builder::SqlQuery;

use super::gate::inner;
use super::raw::RawSql;

/// Whether a statement is, or holds, SQL text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Text {
    /// It is built by the query builder.
    No,
    /// It is Diesel's `sql_query`, or there is a `sql` literal in it, or in what a model selects.
    Bare,
    /// The same, through [`raw_sql`](super::raw_sql).
    Reasoned,
}

impl Text {
    /// What a statement is whose type has this name, and whose id has that.
    ///
    /// Diesel's types are known by the module they live in: the bound and the boxed forms of `sql_query` and
    /// `sql` are others than the plain ones. Text inside a `Box<dyn …>` cannot be told.
    pub(super) fn named(name: &str, id: &str) -> Self {
        if inner(name).starts_with(module_of::<RawSql<()>>()) {
            Self::Reasoned
        } else if name.contains(module_of::<SqlQuery>())
            || name.contains(module_of::<SqlLiteral<()>>())
            || (name.contains("::select_by::SelectBy<") && selects_unknown(id))
        {
            Self::Bare
        } else {
            Self::No
        }
    }
}

/// Whether something that a statement selects has no id.
///
/// The name of a statement that selects a model names the model, not what `select_expression` says in it. The
/// statement's id is made of the ids of those expressions, and a `sql` literal has none: Diesel writes `()` there. So it
/// does for a list of values, a box, and the FROM of a scoped table; but for the last, all are taken for text.
fn selects_unknown(id: &str) -> bool {
    const CLAUSES: [&str; 2] = ["::SelectClause<", "::ReturningClause<"];
    let clauses = CLAUSES.iter().flat_map(|clause| id.split(clause).skip(1).map(balanced));
    clauses.into_iter().any(|selected| {
        let mut rest = selected;
        while let Some(at) = rest.find("()") {
            let (before, after) = (&rest[..at], &rest[at..]);
            let is_scoped_table = before.ends_with("::FromClause<");
            let is_value = after.starts_with("()>") && innermost(before).is_some_and(is_bound);
            if !is_scoped_table && !is_value {
                return true;
            }
            rest = &after[2..];
        }
        false
    })
}

fn module_of<T>() -> &'static str {
    let name = std::any::type_name::<T>();
    let path = name.split_once('<').map_or(name, |(path, _)| path);
    path.rsplit_once("::").map_or(path, |(module, _)| module)
}

/// The text up to the bracket that closes what is open at its beginning.
fn balanced(text: &str) -> &str {
    let mut open = 1_usize;
    let end = text.char_indices().find(|(_, character)| {
        match character {
            '<' | '(' | '[' => open += 1,
            '>' | ')' | ']' => open -= 1,
            _ => {}
        }
        open == 0
    });
    end.map_or(text, |(at, _)| &text[..at])
}

/// The path of the type whose arguments are not closed at the end of the text.
fn innermost(text: &str) -> Option<&str> {
    let mut closed = 0_usize;
    let open = text.char_indices().rev().find(|(_, character)| match character {
        '>' | ')' | ']' => {
            closed += 1;
            false
        }
        '<' | '(' | '[' if closed > 0 => {
            closed -= 1;
            false
        }
        '<' | '(' | '[' => true,
        _ => false,
    });
    let path = &text[..open?.0];
    let start = path.rfind(['<', '(', '[', ' ', ',']).map_or(0, |at| at + 1);
    Some(&path[start..])
}

/// Whether the path is that of a value sent beside the SQL, whose id says its type and nothing of the value.
fn is_bound(path: &str) -> bool {
    path.ends_with("::bound::Bound")
}
