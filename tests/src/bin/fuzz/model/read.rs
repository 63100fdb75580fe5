//! Forms of reading.

use std::collections::{BTreeMap, BTreeSet};

use super::pred::{Joined, holds, selected};
use super::tables::{Order, Person, Tables, Voucher, country};
use crate::plan::{Combined, Listing, Page, Pred, Read};
use crate::value::{Outcome, Row, Value, row};

/// The answer, and whether its rows have an order.
pub(crate) fn read(read: &Read, tables: &Tables) -> (Outcome, bool) {
    let people = || tables.people.values();
    let orders = || tables.orders.values();
    let mut ordered = false;
    let rows: Vec<Row> = match read {
        Read::Orders(listing) => {
            ordered = listing.page.is_some();
            let mut found: Vec<_> =
                orders().filter(|order| listed(listing, tables, (*order).into())).collect();
            if let Some(page) = listing.page {
                found.sort_by_key(|order| (-order.amount, order.id));
                found = paged(found, page);
            }
            found.into_iter().map(order_row).collect()
        }
        Read::People(listing) => {
            ordered = listing.page.is_some();
            let mut found: Vec<_> =
                people().filter(|person| listed(listing, tables, (*person).into())).collect();
            if let Some(page) = listing.page {
                found.sort_by_key(|person| -person.id);
                found = paged(found, page);
            }
            found.into_iter().map(person_row).collect()
        }
        Read::AllOrders => orders().map(order_row).collect(),
        Read::AllPeople => people().map(person_row).collect(),
        Read::Vouchers => tables.vouchers.values().map(|v| row![v.id, &v.code, v.uses, &v.mark]).collect(),
        Read::FindOrder(id) => tables.orders.get(id).into_iter().map(order_row).collect(),
        Read::FindPerson(id) => tables.people.get(id).into_iter().map(person_row).collect(),
        Read::AmountOrTitle(amount, title) => {
            orders().filter(|order| order.amount > *amount || order.title == *title).map(order_row).collect()
        }
        Read::OrdersOfName(name) => orders()
            .filter(|order| tables.people.get(&order.person_id).is_some_and(|person| person.name == *name))
            .map(order_row)
            .collect(),
        Read::Idle => {
            people().filter(|person| tables.orders_of(person.id).next().is_none()).map(person_row).collect()
        }
        Read::Inner(pred) => inner(tables).filter(|pair| holds(pred, tables, *pair)).map(pair_row).collect(),
        Read::InnerPlain => inner(tables).map(pair_row).collect(),
        Read::Left(pred) => left(tables, |_| true)
            .into_iter()
            .filter(|pair| holds(pred, tables, *pair))
            .map(pair_row)
            .collect(),
        Read::LeftPlain => left(tables, |_| true).into_iter().map(pair_row).collect(),
        Read::InnerOn(amount) => orders()
            .filter_map(|order| Some((order, tables.people.get(&order.amount)?)))
            .filter(|(order, _)| order.amount > *amount)
            .map(|(order, person)| row![order.id, &order.mark, person.id, &person.mark])
            .collect(),
        Read::LeftOn(amount) => {
            left(tables, |order| order.amount > *amount).into_iter().map(pair_row).collect()
        }
        Read::InnerCountries => people()
            .filter_map(|person| Some(row![person.id, &person.mark, country(person.country.as_deref())?]))
            .collect(),
        Read::LeftCountries(code) => people()
            .filter(|person| person.country.as_ref().is_none_or(|own| own != code))
            .map(|person| row![person.id, &person.mark, country(person.country.as_deref())])
            .collect(),
        Read::Three => inner(tables)
            .filter_map(|Joined { person, order }| {
                let (person, order) = (person?, order?);
                let name = country(person.country.as_deref())?;
                Some(row![order.id, &order.mark, &person.name, &person.mark, name])
            })
            .collect(),
        Read::ThreeLeft => left(tables, |_| true)
            .into_iter()
            .flat_map(|pair| vouchers_of(pair.person, tables).into_iter().map(move |voucher| (pair, voucher)))
            .map(|(Joined { person, order }, voucher)| {
                row![
                    person.map(|person| person.id),
                    person.map(|person| &person.mark),
                    order.map(|order| order.id),
                    order.map(|order| &order.mark),
                    voucher.map(|voucher| &voucher.code),
                    voucher.map(|voucher| &voucher.mark),
                ]
            })
            .collect(),
        Read::ByPerson(pred, more_than) => {
            let mut groups = BTreeMap::<i32, Vec<i32>>::new();
            for order in orders().filter(|order| holds(pred, tables, *order)) {
                groups.entry(order.person_id).or_default().push(order.amount);
            }
            groups.retain(|_, amounts| amounts.len() as i64 > *more_than);
            groups
                .iter()
                .map(|(person, amounts)| {
                    row![*person, amounts.len(), sum(amounts), amounts.iter().max().copied()]
                })
                .collect()
        }
        Read::ByName => {
            let mut groups = BTreeMap::<&str, Vec<i32>>::new();
            for Joined { person, order } in inner(tables) {
                if let (Some(person), Some(order)) = (person, order) {
                    groups.entry(&person.name).or_default().push(order.amount);
                }
            }
            groups.iter().map(|(name, amounts)| row![*name, amounts.len(), sum(amounts)]).collect()
        }
        Read::Combine(how, of_orders, of_people) => {
            let amounts = orders().filter(|order| holds(of_orders, tables, *order)).map(|order| order.amount);
            let ids = people().filter(|person| holds(of_people, tables, *person)).map(|person| person.id);
            combine(*how, amounts.collect(), ids.collect())
        }
        Read::CombinePlain(how) => combine(
            *how,
            orders().map(|order| order.person_id).collect(),
            people().map(|person| person.id).collect(),
        ),
        Read::Distinct(pred, page) => {
            ordered = true;
            let amounts: BTreeSet<_> =
                orders().filter(|order| holds(pred, tables, *order)).map(|order| order.amount).collect();
            paged(amounts.into_iter().rev().collect(), *page).into_iter().map(|amount| row![amount]).collect()
        }
        Read::Count(pred) => vec![row![orders().filter(|order| holds(pred, tables, *order)).count()]],
        Read::CountPeople => vec![row![tables.people.len()]],
        Read::Aggregate(pred) => {
            let found: Vec<_> = orders().filter(|order| holds(pred, tables, *order)).collect();
            let amounts: Vec<_> = found.iter().map(|order| order.amount).collect();
            vec![row![
                amounts.iter().max().copied(),
                found.iter().map(|order| order.id).min(),
                if amounts.is_empty() { Value::Null } else { sum(&amounts) },
            ]]
        }
        Read::Largest => people()
            .map(|person| row![person.id, tables.orders_of(person.id).map(|order| order.amount).max()])
            .collect(),
        Read::NotLargest => {
            // Of no orders the maximum is NULL, and so is the comparison.
            let largest = orders().map(|order| order.person_id).max();
            people()
                .filter(|person| largest.is_some_and(|largest| person.id != largest))
                .map(person_row)
                .collect()
        }
        Read::SelectExists(sub) => vec![row![!selected(sub, tables).is_empty()]],
        Read::Belonging(ids) => {
            let found = orders().filter(|order| ids.contains(&order.person_id));
            found.map(|order| row![order.person_id, order.id, &order.mark]).collect()
        }
        Read::SelfJoin => {
            let others = |order: &Order| {
                let title = order.title.clone();
                orders().filter(move |other| other.title == title)
            };
            orders()
                .flat_map(|order| {
                    others(order).map(|other| row![order.id, &order.mark, other.id, &other.mark])
                })
                .collect()
        }
        Read::SelfLeft => orders()
            .flat_map(|order| {
                let mut others: Vec<_> = tables.orders_of(order.id).map(Some).collect();
                if others.is_empty() {
                    others.push(None);
                }
                others.into_iter().map(|other| {
                    row![order.id, &order.mark, other.map(|other| other.id), other.map(|other| &other.mark)]
                })
            })
            .collect(),
        Read::Alias(amount) => orders()
            .filter(|order| order.amount > *amount)
            .map(|order| row![order.id, &order.mark, order.note.as_ref()])
            .collect(),
        Read::Shared => orders()
            .filter(|order| orders().any(|other| other.title == order.title && other.id != order.id))
            .map(order_row)
            .collect(),
        Read::LeftAlias => left(tables, |_| true).into_iter().map(pair_row).collect(),
        Read::Keys => {
            let some = !tables.orders.is_empty();
            some.then(|| row![&tables.key]).into_iter().collect()
        }
    };
    (Outcome::rows(rows, ordered), ordered)
}

pub(super) fn order_row(order: &Order) -> Row {
    row![order.id, order.person_id, &order.title, order.amount, order.note.as_ref(), &order.mark]
}

pub(super) fn person_row(person: &Person) -> Row {
    row![person.id, &person.name, person.country.as_ref(), &person.mark]
}

fn pair_row(pair: Joined<'_>) -> Row {
    let Joined { person, order } = pair;
    row![
        person.map(|person| person.id),
        person.map(|person| &person.mark),
        order.map(|order| order.id),
        order.map(|order| &order.mark),
    ]
}

fn listed(listing: &Listing, tables: &Tables, row: Joined<'_>) -> bool {
    let passes = |pred: &Option<Pred>| pred.as_ref().is_some_and(|pred| holds(pred, tables, row));
    listing.filter.is_none() || passes(&listing.filter) || passes(&listing.or)
}

fn paged<T>(rows: Vec<T>, page: Page) -> Vec<T> {
    let number = |number: i64| usize::try_from(number).expect("a page is small");
    rows.into_iter().skip(number(page.offset)).take(number(page.limit)).collect()
}

fn inner(tables: &Tables) -> impl Iterator<Item = Joined<'_>> {
    tables.orders.values().filter_map(|order| {
        let person = tables.people.get(&order.person_id)?;
        Some(Joined { person: Some(person), order: Some(order) })
    })
}

fn left(tables: &Tables, on: impl Fn(&Order) -> bool) -> Vec<Joined<'_>> {
    let mut pairs = Vec::new();
    for person in tables.people.values() {
        let before = pairs.len();
        let own = tables.orders_of(person.id).filter(|order| on(order));
        pairs.extend(own.map(|order| Joined { person: Some(person), order: Some(order) }));
        if pairs.len() == before {
            pairs.push(person.into());
        }
    }
    pairs
}

/// Those used as many times as the person's number; none, if there is none.
fn vouchers_of<'a>(person: Option<&Person>, tables: &'a Tables) -> Vec<Option<&'a Voucher>> {
    let used = |voucher: &&Voucher| person.is_some_and(|person| voucher.uses == person.id);
    let found: Vec<_> = tables.vouchers.values().filter(used).map(Some).collect();
    if found.is_empty() { vec![None] } else { found }
}

fn sum(amounts: &[i32]) -> Value {
    Value::from(amounts.iter().map(|amount| i64::from(*amount)).sum::<i64>())
}

fn combine(how: Combined, one: Vec<i32>, other: Vec<i32>) -> Vec<Row> {
    let set = |values: &[i32]| values.iter().copied().collect::<BTreeSet<_>>();
    let distinct = match how {
        Combined::UnionAll => return one.into_iter().chain(other).map(|number| row![number]).collect(),
        Combined::Union => &set(&one) | &set(&other),
        Combined::Except => &set(&one) - &set(&other),
        Combined::Intersect => &set(&one) & &set(&other),
    };
    distinct.into_iter().map(|number| row![number]).collect()
}
