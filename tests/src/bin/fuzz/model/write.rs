//! Forms of writing.

use std::collections::BTreeMap;

use super::pred::{Joined, holds};
use super::read::{order_row, person_row};
use super::tables::{Order, Person, Tables};
use crate::plan::{Change, Conflict, NewOrder, Pred, Target, Write};
use crate::value::{Outcome, Refusal, Row};

/// Orders up to this number are copied, to this many numbers further.
pub(crate) const COPIED: i32 = 9;

/// What a write answers. Nothing has changed if it is refused.
pub(crate) fn write(write: &Write, tables: &mut Tables) -> Outcome {
    match write {
        Write::InsertOrders { rows, returning, .. } => match insert_orders(rows, tables) {
            Ok(written) => answer(written, *returning),
            Err(refusal) => Outcome::Refused(refusal),
        },
        Write::InsertPeople { rows, country, returning, .. } => {
            match insert_people(rows, country.as_ref(), tables) {
                Ok(written) => answer(written, *returning),
                Err(refusal) => Outcome::Refused(refusal),
            }
        }
        Write::UpsertOrders { rows, conflict, returning } => {
            answer(upsert_orders(rows, conflict, tables), *returning)
        }
        Write::CopyOrders { from, skip, returning } => {
            let copied =
                tables.orders.values().filter(|order| order.id <= COPIED && holds(from, tables, *order));
            let copies: Vec<_> =
                copied.map(|order| Order { id: order.id + COPIED, note: None, ..order.clone() }).collect();
            match add_orders(copies, *skip, tables) {
                Ok(written) => answer(written, *returning),
                Err(refusal) => Outcome::Refused(refusal),
            }
        }
        Write::OrdersForPeople { from, returning } => {
            let people = tables.people.values().filter(|person| holds(from, tables, *person));
            let new = people.map(|person| Order {
                id: person.id,
                person_id: person.id,
                title: person.name.clone(),
                amount: 0,
                note: None,
                mark: person.mark.clone(),
            });
            match add_orders(new.collect(), false, tables) {
                Ok(written) => answer(written, *returning),
                Err(refusal) => Outcome::Refused(refusal),
            }
        }
        Write::UpdateOrders { target, change, returning } => {
            if matches!(change, Change::Set { title: None, note: None }) {
                return Outcome::Refused(Refusal::Empty);
            }
            let ids = targeted(&tables.orders, target, tables);
            let changed = tables.orders.values_mut().filter(|order| ids.contains(&order.id));
            let written = changed.map(|order| {
                apply(change, order);
                order_row(order)
            });
            answer(written.collect(), *returning)
        }
        Write::UpdatePeople { target, name, returning } => {
            let ids = targeted(&tables.people, target, tables);
            let changed = tables.people.values_mut().filter(|person| ids.contains(&person.id));
            let written = changed.map(|person| {
                person.name.clone_from(name);
                person_row(person)
            });
            answer(written.collect(), *returning)
        }
        Write::DeleteOrders { target, returning } => {
            let ids = targeted(&tables.orders, target, tables);
            let gone = ids.iter().filter_map(|id| tables.orders.remove(id));
            answer(gone.map(|order| order_row(&order)).collect(), *returning)
        }
        Write::DeletePeople { target, returning } => {
            let ids = targeted(&tables.people, target, tables);
            let gone = ids.iter().filter_map(|id| tables.people.remove(id));
            answer(gone.map(|person| person_row(&person)).collect(), *returning)
        }
    }
}

fn answer(written: Vec<Row>, returning: bool) -> Outcome {
    if returning { Outcome::rows(written, false) } else { Outcome::Count(written.len()) }
}

fn insert_orders(rows: &[NewOrder], tables: &mut Tables) -> Result<Vec<Row>, Refusal> {
    add_orders(rows.iter().map(order).collect(), false, tables)
}

fn order(new: &NewOrder) -> Order {
    Order {
        id: new.id,
        person_id: new.person_id,
        title: new.title.clone().unwrap_or_else(|| "untitled".to_owned()),
        amount: new.amount.unwrap_or_default(),
        note: new.note.clone(),
        mark: new.mark.clone().unwrap_or_default(),
    }
}

/// All of them or, if a number is taken, none; or those whose number is not taken.
fn add_orders(new: Vec<Order>, skip: bool, tables: &mut Tables) -> Result<Vec<Row>, Refusal> {
    let mut orders = tables.orders.clone();
    let mut written = Vec::new();
    for order in new {
        if orders.contains_key(&order.id) {
            if skip {
                continue;
            }
            return Err(Refusal::Duplicate);
        }
        written.push(order_row(&order));
        orders.insert(order.id, order);
    }
    tables.orders = orders;
    Ok(written)
}

fn upsert_orders(rows: &[NewOrder], conflict: &Conflict, tables: &mut Tables) -> Vec<Row> {
    let before = tables.clone();
    let mut written = Vec::new();
    for new in rows {
        let Some(taken) = before.orders.get(&new.id) else {
            let order = order(new);
            written.push(order_row(&order));
            tables.orders.insert(order.id, order);
            continue;
        };
        let changes = match conflict {
            Conflict::Skip | Conflict::Nothing => false,
            Conflict::Update => true,
            Conflict::UpdateIf(pred) => holds(pred, &before, taken),
        };
        if changes {
            let title = order(new).title;
            let changed = Order { title, amount: taken.amount + 1, ..taken.clone() };
            written.push(order_row(&changed));
            tables.orders.insert(changed.id, changed);
        }
    }
    written
}

fn insert_people(
    rows: &[(i32, String)],
    country: Option<&String>,
    tables: &mut Tables,
) -> Result<Vec<Row>, Refusal> {
    let mut people = tables.people.clone();
    let mut written = Vec::new();
    for (id, name) in rows {
        let (country, mark) = (country.cloned(), tables.mark.clone());
        let person = Person { id: *id, name: name.clone(), country, mark };
        written.push(person_row(&person));
        if people.insert(*id, person).is_some() {
            return Err(Refusal::Duplicate);
        }
    }
    tables.people = people;
    Ok(written)
}

fn apply(change: &Change, order: &mut Order) {
    match change {
        Change::Title(title) => order.title.clone_from(title),
        Change::Add(amount) => order.amount += amount,
        Change::Pair(title, amount) => {
            order.title.clone_from(title);
            order.amount = *amount;
        }
        Change::Set { title, note } => {
            if let Some(title) = title {
                order.title.clone_from(title);
            }
            if let Some(note) = note {
                order.note.clone_from(note);
            }
        }
    }
}

/// The ids of the rows that a write is about.
fn targeted<'a, T>(rows: &'a BTreeMap<i32, T>, target: &Target, tables: &Tables) -> Vec<i32>
where
    Joined<'a>: From<&'a T>,
{
    let passes = |pred: &Pred, row: &'a T| holds(pred, tables, Joined::from(row));
    let is_target = |id: i32, row: &'a T| match target {
        Target::Everything => true,
        Target::Find(wanted) | Target::Model(wanted) => id == *wanted,
        Target::Filter(pred) | Target::Behind(pred) | Target::TableOr(pred) => passes(pred, row),
        Target::FilterOr(one, other) | Target::OrBehind(one, other) => passes(one, row) || passes(other, row),
    };
    rows.iter().filter(|(id, row)| is_target(**id, row)).map(|(id, _)| *id).collect()
}
