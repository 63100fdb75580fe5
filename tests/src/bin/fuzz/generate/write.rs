//! Random forms of writing.

use fastrand::Rng;

use super::pred::{comparison, pred};
use super::{Names, amount, country, id, once_in, one_of, word};
use crate::plan::{Change, Conflict, Form, NewOrder, Source, Target, Voucher, Write};

const FORMS: [Form; 7] =
    [Form::Struct, Form::StructRef, Form::Tuple, Form::Bare, Form::Batch, Form::Slice, Form::BatchOfTuples];

pub(super) fn write(rng: &mut Rng, names: &Names) -> Write {
    let returning = rng.bool();
    match rng.u32(..24) {
        0..7 => {
            let form = *one_of(rng, &FORMS);
            let rows = new_orders(rng, names, form);
            Write::InsertOrders { rows, form, returning }
        }
        7..11 => {
            let form = *one_of(rng, &FORMS);
            let rows = numbers(rng, form).into_iter().map(|id| (id, word(rng))).collect();
            let country = (form != Form::Bare && rng.bool()).then(|| country(rng));
            Write::InsertPeople { rows, country, form, returning }
        }
        11..15 => {
            let target = target(rng, names, Source::Orders, false);
            Write::UpdateOrders { target, change: change(rng, names), returning }
        }
        15 => {
            let target = target(rng, names, Source::People, false);
            Write::UpdatePeople { target, name: word(rng), returning }
        }
        16..18 => {
            let mut rows = new_orders(rng, names, Form::BatchOfTuples);
            // PostgreSQL changes no row twice in one statement.
            rows.sort_by_key(|new| new.id);
            rows.dedup_by_key(|new| new.id);
            Write::UpsertOrders { rows, conflict: conflict(rng, names), returning }
        }
        18 => Write::CopyOrders { from: pred(rng, names, Source::Orders), skip: rng.bool(), returning },
        19 => Write::OrdersForPeople { from: pred(rng, names, Source::People), returning },
        20..23 => Write::DeleteOrders { target: target(rng, names, Source::Orders, true), returning },
        _ => Write::DeletePeople { target: target(rng, names, Source::People, true), returning },
    }
}

/// With the code it is about.
pub(super) fn voucher(rng: &mut Rng) -> (Voucher, String) {
    let write = match rng.u32(..10) {
        0 => Voucher::Insert,
        1 => Voucher::InsertOrNothing,
        2 => Voucher::InsertOrSkip,
        3..6 => Voucher::InsertOrUse,
        6 => Voucher::InsertOrUseBelow(rng.i32(0..4)),
        7 => Voucher::Use,
        _ => Voucher::Delete,
    };
    // Few codes for all tenants: most of them are somebody's.
    (write, format!("c{}", rng.u32(..12)))
}

fn conflict(rng: &mut Rng, names: &Names) -> Conflict {
    match rng.u32(..5) {
        0 => Conflict::Skip,
        1 => Conflict::Nothing,
        2 | 3 => Conflict::Update,
        _ => Conflict::UpdateIf(comparison(rng, names)),
    }
}

/// The numbers of the rows. In a batch the same may come twice, rarely.
fn numbers(rng: &mut Rng, form: Form) -> Vec<i32> {
    let count = match form {
        Form::Batch | Form::Slice | Form::BatchOfTuples => rng.usize(..4),
        Form::Struct | Form::StructRef | Form::Tuple | Form::Bare => 1,
    };
    // Spread out, since otherwise most batches would be refused.
    let (first, step) = (id(rng), if once_in(rng, 8) { 0 } else { rng.i32(1..=3) });
    (0..i32::try_from(count).expect("a batch is small"))
        .map(|at| (first + at * step - 1) % super::IDS + 1)
        .collect()
}

fn new_orders(rng: &mut Rng, names: &Names, form: Form) -> Vec<NewOrder> {
    // A tuple has every column or the two that must be there; a struct any.
    let whole = matches!(form, Form::Tuple | Form::BatchOfTuples);
    // SQLite takes a batch only if all its rows have the same columns.
    let alike = !once_in(rng, 4);
    let shape = rng.u32(..16);
    let rows = numbers(rng, form);
    rows.into_iter()
        .map(|id| {
            let shape = if alike { shape } else { rng.u32(..16) };
            let has = |bit: u32| form != Form::Bare && (whole || shape & (1 << bit) != 0);
            let note = if rng.bool() { word(rng) } else { names.mark().to_owned() };
            NewOrder {
                id,
                person_id: super::id(rng),
                title: has(0).then(|| word(rng)),
                amount: has(1).then(|| amount(rng)),
                note: has(2).then_some(note),
                mark: has(3).then(|| names.mark().to_owned()),
            }
        })
        .collect()
}

fn target(rng: &mut Rng, names: &Names, source: Source, delete: bool) -> Target {
    let pred = |rng: &mut Rng| pred(rng, names, source);
    match rng.u32(..if delete { 12 } else { 10 }) {
        0 if once_in(rng, 3) => Target::Everything,
        0..3 => Target::Find(id(rng)),
        3 => Target::Model(id(rng)),
        4..7 => Target::Filter(pred(rng)),
        7 => Target::FilterOr(pred(rng), pred(rng)),
        8 | 9 => Target::Behind(pred(rng)),
        10 => Target::OrBehind(pred(rng), pred(rng)),
        _ => Target::TableOr(pred(rng)),
    }
}

fn change(rng: &mut Rng, names: &Names) -> Change {
    match rng.u32(..4) {
        0 => Change::Title(word(rng)),
        1 => Change::Add(rng.i32(-1..=1)),
        2 => Change::Pair(word(rng), amount(rng)),
        _ => Change::Set {
            title: rng.bool().then(|| word(rng)),
            note: rng.bool().then(|| rng.bool().then(|| names.mark().to_owned())),
        },
    }
}
