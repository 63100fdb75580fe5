//! Predicates with SQL's three values: `None` is NULL.

use super::tables::{Order, Person, Tables};
use crate::plan::{Cmp, Int, Pred, Sub, Text};

/// A row of a query: on one side of a join there may be none.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Joined<'a> {
    pub(super) person: Option<&'a Person>,
    pub(super) order: Option<&'a Order>,
}

impl<'a> From<&'a Person> for Joined<'a> {
    fn from(person: &'a Person) -> Self {
        Self { person: Some(person), order: None }
    }
}

impl<'a> From<&'a Order> for Joined<'a> {
    fn from(order: &'a Order) -> Self {
        Self { person: None, order: Some(order) }
    }
}

/// Whether WHERE lets the row pass.
pub(super) fn holds<'a>(pred: &Pred, tables: &Tables, row: impl Into<Joined<'a>>) -> bool {
    truth(pred, tables, row.into()) == Some(true)
}

fn truth(pred: &Pred, tables: &Tables, row: Joined<'_>) -> Option<bool> {
    match pred {
        Pred::And(a, b) => match (truth(a, tables, row), truth(b, tables, row)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        Pred::Or(a, b) => match (truth(a, tables, row), truth(b, tables, row)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        Pred::Not(a) => truth(a, tables, row).map(|truth| !truth),
        Pred::Int(column, cmp, value) => int(*column, row).map(|found| match cmp {
            Cmp::Eq => found == *value,
            Cmp::Ne => found != *value,
            Cmp::Gt => found > *value,
            Cmp::Le => found <= *value,
        }),
        Pred::IntIn(column, values) => among(int(*column, row), values),
        Pred::Same(a, b) => Some(int(*a, row)? == int(*b, row)?),
        Pred::Is(column, value) => text(*column, tables, row).map(|found| found == value),
        Pred::IsNot(column, value) => text(*column, tables, row).map(|found| found != value),
        Pred::Like(column, pattern) => text(*column, tables, row).map(|found| like(found, pattern)),
        Pred::TextIn(column, values) => {
            among(text(*column, tables, row), &values.iter().map(String::as_str).collect::<Vec<_>>())
        }
        Pred::Null(column) => Some(text(*column, tables, row).is_none()),
        Pred::InSub(column, sub) => among(int(*column, row), &selected(sub, tables)),
        Pred::Exists(sub) => Some(!selected(sub, tables).is_empty()),
        Pred::HasOrder(amount) => {
            let person = row.person?;
            Some(tables.orders_of(person.id).any(|order| order.amount > *amount))
        }
        Pred::HasPerson(name) => {
            let person = tables.people.get(&row.order?.person_id);
            Some(person.is_some_and(|person| person.name == *name))
        }
    }
}

/// `IN`: of nothing it is false, also for NULL.
fn among<T: PartialEq>(value: Option<T>, values: &[T]) -> Option<bool> {
    if values.is_empty() { Some(false) } else { value.map(|value| values.contains(&value)) }
}

/// What a sub-query gives.
pub(super) fn selected(sub: &Sub, tables: &Tables) -> Vec<i32> {
    let passes = |row: Joined<'_>| sub.filter.as_ref().is_none_or(|filter| holds(filter, tables, row));
    let rows: Vec<Joined<'_>> = match sub.select {
        Int::PersonId => tables.people.values().map(Joined::from).collect(),
        Int::OrderId | Int::OrderPerson | Int::OrderAmount => {
            tables.orders.values().map(Joined::from).collect()
        }
    };
    rows.into_iter().filter(|row| passes(*row)).filter_map(|row| int(sub.select, row)).collect()
}

fn int(column: Int, row: Joined<'_>) -> Option<i32> {
    match column {
        Int::PersonId => row.person.map(|person| person.id),
        Int::OrderId => row.order.map(|order| order.id),
        Int::OrderPerson => row.order.map(|order| order.person_id),
        Int::OrderAmount => row.order.map(|order| order.amount),
    }
}

fn text<'a>(column: Text, tables: &'a Tables, row: Joined<'a>) -> Option<&'a str> {
    match column {
        Text::PersonName => row.person.map(|person| &*person.name),
        Text::PersonCountry => row.person?.country.as_deref(),
        Text::PersonMark => row.person.map(|person| &*person.mark),
        Text::PersonKey => row.person.map(|_| &*tables.key),
        Text::OrderTitle => row.order.map(|order| &*order.title),
        Text::OrderNote => row.order?.note.as_deref(),
        Text::OrderMark => row.order.map(|order| &*order.mark),
        Text::OrderKey => row.order.map(|_| &*tables.key),
    }
}

/// LIKE, of ASCII.
fn like(text: &str, pattern: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return text.is_empty() };
    let rest = &pattern[1..];
    match first {
        '%' => (0..=text.len()).any(|skipped| like(&text[skipped..], rest)),
        '_' => !text.is_empty() && like(&text[1..], rest),
        other => text.starts_with(other) && like(&text[1..], rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_is_sqls() {
        for (text, pattern, expected) in [
            ("ab", "a%", true),
            ("ba", "a%", false),
            ("ab", "_b", true),
            ("aab", "_b", false),
            ("", "%", true),
            ("aab", "%a%", true),
            ("b", "%a%", false),
        ] {
            assert_eq!(like(text, pattern), expected, "{text} LIKE {pattern}");
        }
    }

    #[test]
    fn nothing_is_among_nothing() {
        assert_eq!(among(None, &[] as &[i32]), Some(false));
        assert_eq!(among(None, &[1]), None);
        assert_eq!(among(Some(2), &[1]), Some(false));
    }
}
