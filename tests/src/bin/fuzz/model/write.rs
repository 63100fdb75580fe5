//! Forms of writing.

use std::collections::BTreeMap;

use super::pred::{Joined, holds};
use super::read::{order_row, person_row};
use super::tables::{Order, Person, Rules, Tables, Voucher};
use crate::plan::{Change, Form, NewOrder, Pred, Target, Voucher as VoucherWrite, Write};
use crate::value::{Outcome, Refusal, Row, row};

/// Who holds which code, where tenants share them: tenants by number.
pub(crate) type Codes = BTreeMap<String, usize>;

/// What a write answers. Nothing has changed if it is refused.
pub(crate) fn write(write: &Write, tables: &mut Tables, rules: Rules) -> Outcome {
    match write {
        Write::InsertOrders { rows, form, returning } => match insert_orders(rows, *form, tables, rules) {
            Ok(written) => answer(written, *returning),
            Err(refusal) => Outcome::Refused(refusal),
        },
        Write::InsertPeople { rows, country, returning, .. } => {
            match insert_people(rows, country.as_ref(), tables) {
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

fn insert_orders(
    rows: &[NewOrder],
    form: Form,
    tables: &mut Tables,
    rules: Rules,
) -> Result<Vec<Row>, Refusal> {
    let columns =
        |row: &NewOrder| [row.title.is_some(), row.amount.is_some(), row.note.is_some(), row.mark.is_some()];
    let structs = matches!(form, Form::Batch | Form::Slice);
    if structs && !rules.mixed_batches && rows.windows(2).any(|pair| columns(&pair[0]) != columns(&pair[1])) {
        return Err(Refusal::Scope("MixedRows".to_owned()));
    }
    let mut orders = tables.orders.clone();
    let mut written = Vec::new();
    for new in rows {
        let order = Order {
            id: new.id,
            person_id: new.person_id,
            title: new.title.clone().unwrap_or_else(|| "untitled".to_owned()),
            amount: new.amount.unwrap_or_default(),
            note: new.note.clone(),
            mark: new.mark.clone().unwrap_or_default(),
        };
        written.push(order_row(&order));
        if orders.insert(new.id, order).is_some() {
            return Err(Refusal::Duplicate);
        }
    }
    tables.orders = orders;
    Ok(written)
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

/// What a write to the table of codes may answer.
#[derive(Debug)]
pub(crate) enum Effect {
    /// This.
    Exactly(Outcome),
    /// Nothing was written: a count of nothing, or a refusal, whichever the database gives.
    Nothing,
}

/// `codes` is changed too: the caller holds it for as long as the write takes.
pub(crate) fn voucher(
    write: &VoucherWrite,
    tables: &mut Tables,
    codes: &mut Codes,
    own: usize,
    rules: Rules,
) -> Effect {
    let foreign = |codes: &Codes, code: &str| {
        rules.shared_codes && codes.get(code).is_some_and(|holder| *holder != own)
    };
    let outcome = match write {
        VoucherWrite::Insert { id, code } => {
            let taken = tables.vouchers.contains_key(id) || tables.vouchers.values().any(|v| v.code == *code);
            if taken || foreign(codes, code) {
                return Effect::Exactly(Outcome::Refused(Refusal::Duplicate));
            }
            let mark = tables.mark.clone();
            tables.vouchers.insert(*id, Voucher { id: *id, code: code.clone(), uses: 0, mark });
            codes.insert(code.clone(), own);
            Outcome::Count(1)
        }
        VoucherWrite::Use { code } => {
            let used = tables.vouchers.values_mut().find(|voucher| voucher.code == *code);
            let rows = used.map(|voucher| {
                voucher.uses += 1;
                row![voucher.id, &voucher.code, voucher.uses, &voucher.mark]
            });
            Outcome::rows(rows.into_iter().collect(), false)
        }
        VoucherWrite::DeleteSome { id } => {
            let gone = tables.vouchers.remove(id);
            if let Some(voucher) = &gone {
                codes.remove(&voucher.code);
            }
            Outcome::Count(usize::from(gone.is_some()))
        }
    };
    Effect::Exactly(outcome)
}
