//! Random forms of reading.

use fastrand::Rng;

use super::pred::{pred, sub};
use super::{Names, amount, country, id, once_in, one_of, word};
use crate::plan::{Combined, Listing, Page, Read, Source};

pub(super) fn read(rng: &mut Rng, names: &Names) -> Read {
    let orders = |rng: &mut Rng| pred(rng, names, Source::Orders);
    let people = |rng: &mut Rng| pred(rng, names, Source::People);
    let both = |rng: &mut Rng| pred(rng, names, Source::Both);
    match rng.u32(..42) {
        0..4 => Read::Orders(listing(rng, names, Source::Orders)),
        4..7 => Read::People(listing(rng, names, Source::People)),
        7 => Read::AllOrders,
        8 => Read::AllPeople,
        9 => Read::Vouchers,
        10 => Read::FindOrder(id(rng)),
        11 => Read::FindPerson(id(rng)),
        12 => Read::AmountOrTitle(amount(rng), word(rng)),
        13 => Read::OrdersOfName(word(rng)),
        14 => Read::Idle,
        15..17 => Read::Inner(both(rng)),
        17..19 => Read::Left(both(rng)),
        19 => Read::InnerPlain,
        20 => Read::LeftPlain,
        21 => Read::InnerOn(amount(rng)),
        22 => Read::LeftOn(amount(rng)),
        23 => Read::InnerCountries,
        24 => Read::LeftCountries(country(rng)),
        25 => Read::Three,
        26 => Read::ThreeLeft,
        27 => Read::ByPerson(orders(rng), rng.i64(0..3)),
        28 => Read::ByName,
        29 => Read::Combine(combined(rng), orders(rng), people(rng)),
        30 => Read::CombinePlain(combined(rng)),
        31 => Read::Distinct(orders(rng), page(rng)),
        32 => Read::Count(orders(rng)),
        33 => one_of(rng, &[Read::CountPeople, Read::Keys]).clone(),
        34 => Read::Aggregate(orders(rng)),
        35 => one_of(rng, &[Read::Largest, Read::NotLargest]).clone(),
        36 => Read::SelectExists(sub(rng, names)),
        37 => Read::SelfJoin,
        38 => one_of(rng, &[Read::SelfLeft, Read::Shared]).clone(),
        39 => Read::Alias(amount(rng)),
        40 => Read::LeftAlias,
        _ => Read::Belonging((1..=super::IDS).filter(|_| rng.bool()).collect()),
    }
}

fn listing(rng: &mut Rng, names: &Names, source: Source) -> Listing {
    let filter = (!once_in(rng, 8)).then(|| pred(rng, names, source));
    let or = (filter.is_some() && once_in(rng, 4)).then(|| pred(rng, names, source));
    Listing { filter, or, page: once_in(rng, 3).then(|| page(rng)) }
}

fn page(rng: &mut Rng) -> Page {
    Page { limit: rng.i64(0..6), offset: rng.i64(0..3) }
}

fn combined(rng: &mut Rng) -> Combined {
    *one_of(rng, &[Combined::Union, Combined::UnionAll, Combined::Except, Combined::Intersect])
}
