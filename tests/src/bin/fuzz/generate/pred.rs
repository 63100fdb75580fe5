//! Random trees of predicates.

use fastrand::Rng;

use super::{Names, PATTERNS, amount, country, id, once_in, one_of, word};
use crate::plan::{Cmp, Int, Pred, Source, Sub, Text};

/// Levels of AND, OR, NOT and sub-queries.
const DEPTH: u32 = 3;

pub(super) fn pred(rng: &mut Rng, names: &Names, source: Source) -> Pred {
    tree(rng, names, source, DEPTH)
}

/// One that has no sub-query: PostgreSQL takes none in the WHERE of a DO UPDATE that names the table again.
pub(super) fn comparison(rng: &mut Rng, names: &Names) -> Pred {
    leaf(rng, names, Source::Orders)
}

pub(super) fn sub(rng: &mut Rng, names: &Names) -> Sub {
    sub_query(rng, names, DEPTH)
}

fn tree(rng: &mut Rng, names: &Names, source: Source, depth: u32) -> Pred {
    if depth == 0 || once_in(rng, 3) {
        return leaf(rng, names, source);
    }
    let inner = |rng: &mut Rng| Box::new(tree(rng, names, source, depth - 1));
    match rng.u32(..8) {
        0..3 => Pred::And(inner(rng), inner(rng)),
        3..6 => Pred::Or(inner(rng), inner(rng)),
        6 => Pred::Not(inner(rng)),
        _ => match rng.u32(..4) {
            0 => Pred::Exists(sub_query(rng, names, depth - 1)),
            1 if source == Source::People => Pred::HasOrder(amount(rng)),
            1 if source == Source::Orders => Pred::HasPerson(word(rng)),
            _ => Pred::InSub(int(rng, source), sub_query(rng, names, depth - 1)),
        },
    }
}

fn sub_query(rng: &mut Rng, names: &Names, depth: u32) -> Sub {
    let (select, source) = match rng.u32(..4) {
        0 | 1 => (Int::PersonId, Source::People),
        2 => (Int::OrderPerson, Source::Orders),
        _ => (*one_of(rng, &[Int::OrderId, Int::OrderAmount]), Source::Orders),
    };
    let filter = (!once_in(rng, 3)).then(|| Box::new(tree(rng, names, source, depth.saturating_sub(1))));
    Sub { select, filter }
}

fn leaf(rng: &mut Rng, names: &Names, source: Source) -> Pred {
    let number = |rng: &mut Rng| if rng.bool() { id(rng) } else { amount(rng) };
    match rng.u32(..12) {
        0..4 => Pred::Int(int(rng, source), *one_of(rng, &[Cmp::Eq, Cmp::Ne, Cmp::Gt, Cmp::Le]), number(rng)),
        4 => Pred::IntIn(int(rng, source), (0..rng.usize(..4)).map(|_| number(rng)).collect()),
        5 | 6 => {
            let column = text(rng, source);
            Pred::Is(column, value(rng, names, column))
        }
        7 => {
            let column = text(rng, source);
            Pred::IsNot(column, value(rng, names, column))
        }
        8 => Pred::Like(text(rng, source), one_of(rng, &PATTERNS).to_string()),
        9 => {
            let column = text(rng, source);
            Pred::TextIn(column, (0..rng.usize(..3)).map(|_| value(rng, names, column)).collect())
        }
        10 if source == Source::Both => {
            let pairs = [(Int::OrderPerson, Int::PersonId), (Int::OrderAmount, Int::PersonId)];
            let (one, other) = *one_of(rng, &pairs);
            Pred::Same(one, other)
        }
        _ => Pred::Null(text(rng, source)),
    }
}

fn int(rng: &mut Rng, source: Source) -> Int {
    let all = [Int::PersonId, Int::OrderId, Int::OrderPerson, Int::OrderAmount];
    match source {
        Source::People => Int::PersonId,
        Source::Orders => *one_of(rng, &all[1..]),
        Source::Both => *one_of(rng, &all),
    }
}

fn text(rng: &mut Rng, source: Source) -> Text {
    let people = [Text::PersonName, Text::PersonCountry, Text::PersonMark, Text::PersonKey];
    let orders = [Text::OrderTitle, Text::OrderNote, Text::OrderMark, Text::OrderKey];
    match source {
        Source::People => *one_of(rng, &people),
        Source::Orders => *one_of(rng, &orders),
        Source::Both if rng.bool() => *one_of(rng, &people),
        Source::Both => *one_of(rng, &orders),
    }
}

/// Something the column may hold, for this tenant or for another.
fn value(rng: &mut Rng, names: &Names, column: Text) -> String {
    let own = rng.bool();
    let mut whose = |all: &[String]| all[if own { names.own } else { rng.usize(..all.len()) }].clone();
    match column {
        Text::PersonKey | Text::OrderKey => whose(&names.keys),
        Text::PersonMark | Text::OrderMark => whose(&names.marks),
        Text::PersonCountry => country(rng),
        Text::PersonName | Text::OrderTitle | Text::OrderNote => word(rng),
    }
}
