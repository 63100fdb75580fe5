//! Forms of reading.

use diesel::dsl::{count, count_star, exists, max, min, sum};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::alias;

use super::outcome::{refused, rows};
use super::pred::{on_inner, on_left, on_orders, on_people, order_numbers, people_numbers};
use super::records::{Order, Person};
use super::{Db, Diesel};
use crate::plan::{Combined, Int, Listing, Read};
use crate::schema::{countries, orders, people, vouchers};
use crate::value::{Outcome, row};

type Pair = (i32, String, i32, String);
type LeftPair = (i32, String, Option<i32>, Option<String>);

/// Runs a query and gives its rows. Boxed: the futures of all forms in one would be large.
macro_rules! load {
    ($db:ident, $row:ty, $query:expr) => {
        load!($db, $row, $query, false)
    };
    ($db:ident, $row:ty, $query:expr, $ordered:expr) => {
        rows(Box::pin(async { $query.load::<$row>($db).await }).await, $ordered)
    };
}

macro_rules! combined {
    ($db:ident, $how:expr, $one:expr, $other:expr) => {
        match $how {
            Combined::Union => load!($db, (i32,), $one.union($other)),
            Combined::UnionAll => load!($db, (i32,), $one.union_all($other)),
            Combined::Except => load!($db, (i32,), $one.except($other)),
            Combined::Intersect => load!($db, (i32,), $one.intersect($other)),
        }
    };
}

/// `ordered`: whether the answer has an order that counts.
pub(super) async fn read(read: &Read, db: &mut Db, ordered: bool) -> Outcome {
    match read {
        Read::Orders(listing) => of_orders(listing, db, ordered).await,
        Read::People(listing) => of_people(listing, db, ordered).await,
        Read::AllOrders => load!(db, Order, orders::table.select(Order::as_select())),
        Read::AllPeople => load!(db, Person, people::table.select(Person::as_select())),
        Read::Vouchers => {
            let columns = (vouchers::id, vouchers::code, vouchers::uses, vouchers::mark);
            load!(db, (i32, String, i32, String), vouchers::table.select(columns))
        }
        Read::FindOrder(id) => load!(db, Order, orders::table.find(*id).select(Order::as_select())),
        Read::FindPerson(id) => load!(db, Person, people::table.find(*id).select(Person::as_select())),
        Read::AmountOrTitle(amount, title) => {
            let query = orders::table.filter(orders::amount.gt(*amount)).or_filter(orders::title.eq(title));
            load!(db, Order, query.select(Order::as_select()))
        }
        Read::OrdersOfName(name) => {
            let ids = people::table.filter(people::name.eq(name)).select(people::id);
            load!(db, Order, orders::table.filter(orders::person_id.eq_any(ids)).select(Order::as_select()))
        }
        Read::Idle => {
            let theirs = orders::table.filter(orders::person_id.eq(people::id));
            load!(
                db,
                Person,
                people::table.filter(diesel::dsl::not(exists(theirs))).select(Person::as_select())
            )
        }
        Read::Inner(pred) => {
            let query = orders::table.inner_join(people::table).into_boxed::<Diesel>().filter(on_inner(pred));
            load!(db, Pair, query.select((people::id, people::mark, orders::id, orders::mark)))
        }
        Read::InnerPlain => {
            let columns = (people::id, people::mark, orders::id, orders::mark);
            load!(db, Pair, orders::table.inner_join(people::table).select(columns))
        }
        Read::Left(pred) => {
            let query = people::table.left_join(orders::table).into_boxed::<Diesel>().filter(on_left(pred));
            let columns = (people::id, people::mark, orders::id.nullable(), orders::mark.nullable());
            load!(db, LeftPair, query.select(columns))
        }
        Read::LeftPlain => {
            let columns = (people::id, people::mark, orders::id.nullable(), orders::mark.nullable());
            load!(db, LeftPair, people::table.left_join(orders::table).select(columns))
        }
        Read::InnerOn(amount) => {
            let query = orders::table.inner_join(people::table.on(orders::amount.eq(people::id)));
            let columns = (orders::id, orders::mark, people::id, people::mark);
            load!(db, Pair, query.filter(orders::amount.gt(*amount)).select(columns))
        }
        Read::LeftOn(amount) => {
            let on = orders::person_id.eq(people::id).and(orders::amount.gt(*amount));
            let columns = (people::id, people::mark, orders::id.nullable(), orders::mark.nullable());
            load!(db, LeftPair, people::table.left_join(orders::table.on(on)).select(columns))
        }
        Read::InnerCountries => {
            let columns = (people::id, people::mark, countries::name);
            load!(db, (i32, String, String), people::table.inner_join(countries::table).select(columns))
        }
        Read::LeftCountries(code) => {
            let others = people::country.is_null().or(people::country.ne(code));
            let query = people::table.left_join(countries::table).filter(others);
            let columns = (people::id, people::mark, countries::name.nullable());
            load!(db, (i32, String, Option<String>), query.select(columns))
        }
        Read::Three => {
            let query = orders::table.inner_join(people::table.inner_join(countries::table));
            let columns = (orders::id, orders::mark, people::name, people::mark, countries::name);
            load!(db, (i32, String, String, String, String), query.select(columns))
        }
        Read::ThreeLeft => {
            let query = people::table
                .left_join(orders::table)
                .left_join(vouchers::table.on(vouchers::uses.eq(people::id)));
            let columns = (
                people::id,
                people::mark,
                orders::id.nullable(),
                orders::mark.nullable(),
                vouchers::code.nullable(),
                vouchers::mark.nullable(),
            );
            type Row = (i32, String, Option<i32>, Option<String>, Option<String>, Option<String>);
            load!(db, Row, query.select(columns))
        }
        Read::ByPerson(pred, more_than) => {
            let query = orders::table
                .filter(on_orders(pred))
                .group_by(orders::person_id)
                .having(count(orders::id).gt(*more_than));
            let columns = (orders::person_id, count_star(), sum(orders::amount), max(orders::amount));
            load!(db, (i32, i64, Option<i64>, Option<i32>), query.select(columns))
        }
        Read::ByName => {
            let query = orders::table.inner_join(people::table).group_by(people::name);
            let columns = (people::name, count_star(), sum(orders::amount));
            load!(db, (String, i64, Option<i64>), query.select(columns))
        }
        Read::Combine(how, one, other) => {
            let one = orders::table.into_boxed::<Diesel>().select((orders::amount,)).filter(on_orders(one));
            let other = people::table.into_boxed::<Diesel>().select((people::id,)).filter(on_people(other));
            combined!(db, how, one, other)
        }
        Read::CombinePlain(how) => {
            let (one, other) =
                (orders::table.select((orders::person_id,)), people::table.select((people::id,)));
            combined!(db, how, one, other)
        }
        Read::Distinct(pred, page) => {
            let query = orders::table
                .into_boxed::<Diesel>()
                .filter(on_orders(pred))
                .select((orders::amount,))
                .distinct()
                .order(orders::amount.desc())
                .limit(page.limit)
                .offset(page.offset);
            load!(db, (i32,), query, ordered)
        }
        Read::Count(pred) => {
            let query = orders::table.into_boxed::<Diesel>().filter(on_orders(pred));
            load!(db, (i64,), query.select((count_star(),)))
        }
        Read::CountPeople => {
            let counted = Box::pin(async { people::table.count().get_result::<i64>(db).await }).await;
            rows(counted.map(|count| vec![(count,)]), false)
        }
        Read::Aggregate(pred) => {
            let query = orders::table.filter(on_orders(pred));
            let columns = (max(orders::amount), min(orders::id), sum(orders::amount));
            load!(db, (Option<i32>, Option<i32>, Option<i64>), query.select(columns))
        }
        Read::Largest => {
            let largest = orders::table
                .filter(orders::person_id.eq(people::id))
                .select(max(orders::amount))
                .single_value();
            load!(db, (i32, Option<i32>), people::table.select((people::id, largest)))
        }
        Read::NotLargest => {
            let largest = orders::table.select(max(orders::person_id)).single_value();
            let query = people::table.filter(people::id.nullable().ne(largest));
            load!(db, Person, query.select(Person::as_select()))
        }
        Read::SelectExists(sub) => match sub.select {
            Int::PersonId => load!(db, (bool,), diesel::select((exists(people_numbers(sub)),))),
            _ => load!(db, (bool,), diesel::select((exists(order_numbers(sub)),))),
        },
        Read::SelfJoin => {
            let other = alias!(orders as other);
            let query = orders::table.inner_join(other.on(other.field(orders::title).eq(orders::title)));
            let columns = (orders::id, orders::mark, other.field(orders::id), other.field(orders::mark));
            load!(db, Pair, query.select(columns))
        }
        Read::SelfLeft => {
            let other = alias!(orders as other);
            let query = orders::table.left_join(other.on(other.field(orders::person_id).eq(orders::id)));
            let others = (other.field(orders::id).nullable(), other.field(orders::mark).nullable());
            load!(db, LeftPair, query.select((orders::id, orders::mark, others.0, others.1)))
        }
        Read::Alias(amount) => {
            let other = alias!(orders as other);
            let columns = other.fields((orders::id, orders::mark, orders::note));
            let query = other.filter(other.field(orders::amount).gt(*amount));
            load!(db, (i32, String, Option<String>), query.select(columns))
        }
        Read::Shared => {
            let other = alias!(orders as other);
            let same = other
                .filter(other.field(orders::title).eq(orders::title))
                .filter(other.field(orders::id).ne(orders::id));
            load!(db, Order, orders::table.filter(exists(same)).select(Order::as_select()))
        }
        Read::LeftAlias => {
            let other = alias!(orders as other);
            let query = people::table.left_join(other.on(other.field(orders::person_id).eq(people::id)));
            let others = (other.field(orders::id).nullable(), other.field(orders::mark).nullable());
            load!(db, LeftPair, query.select((people::id, people::mark, others.0, others.1)))
        }
        Read::Belonging(ids) => belonging(ids, db).await,
        Read::Keys => load!(db, (String,), orders::table.select((orders::tenant_id,)).distinct()),
    }
}

async fn of_orders(listing: &Listing, db: &mut Db, ordered: bool) -> Outcome {
    let mut query = orders::table.into_boxed::<Diesel>();
    if let Some(filter) = &listing.filter {
        query = query.filter(on_orders(filter));
    }
    if let Some(or) = &listing.or {
        query = query.or_filter(on_orders(or));
    }
    if let Some(page) = listing.page {
        query = query.order((orders::amount.desc(), orders::id)).limit(page.limit).offset(page.offset);
    }
    load!(db, Order, query.select(Order::as_select()), ordered)
}

async fn of_people(listing: &Listing, db: &mut Db, ordered: bool) -> Outcome {
    let mut query = people::table.into_boxed::<Diesel>();
    if let Some(filter) = &listing.filter {
        query = query.filter(on_people(filter));
    }
    if let Some(or) = &listing.or {
        query = query.or_filter(on_people(or));
    }
    if let Some(page) = listing.page {
        query = query.order(people::id.desc()).limit(page.limit).offset(page.offset);
    }
    load!(db, Person, query.select(Person::as_select()), ordered)
}

async fn belonging(ids: &[i32], db: &mut Db) -> Outcome {
    let parents: Vec<Person> = ids.iter().copied().map(Person::numbered).collect();
    let found = Order::belonging_to(&parents).select(Order::as_select()).load::<Order>(db).await;
    match found {
        Ok(found) => {
            let groups = found.grouped_by(&parents).into_iter().zip(&parents);
            let rows = groups.flat_map(|(orders, parent)| {
                orders.into_iter().map(|order| row![parent.id, order.id, order.mark])
            });
            Outcome::rows(rows.collect(), false)
        }
        Err(error) => refused(error),
    }
}
