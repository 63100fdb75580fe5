//! The same queries on both sides.

use diesel::dsl::auto_type;
use diesel::prelude::*;
use tenancy_tests::schema::orders;

/// The table without tenancy.
pub(crate) mod by_hand {
    diesel::table! {
        orders (tenant_id, id) {
            tenant_id -> Text,
            id -> Integer,
            customer_id -> Integer,
            title -> Text,
            amount -> Integer,
            note -> Nullable<Text>,
        }
    }
}

use by_hand::orders as hand;

/// Rows of a list.
pub(crate) const LIST: i64 = 20;

/// What is read of an order.
pub(crate) type Order = (i32, i32, String, i32, Option<String>);

#[auto_type(no_type_alias)]
pub(crate) fn point(id: i32) -> _ {
    orders::table.filter(orders::id.eq(id)).select((
        orders::id,
        orders::customer_id,
        orders::title,
        orders::amount,
        orders::note,
    ))
}

#[auto_type(no_type_alias)]
pub(crate) fn point_by_hand<'a>(tenant: &'a str, id: i32) -> _ {
    hand::table.filter(hand::tenant_id.eq(tenant)).filter(hand::id.eq(id)).select((
        hand::id,
        hand::customer_id,
        hand::title,
        hand::amount,
        hand::note,
    ))
}

/// Where policies hold it to a tenant.
#[auto_type(no_type_alias)]
pub(crate) fn point_of_all(id: i32) -> _ {
    hand::table.filter(hand::id.eq(id)).select((
        hand::id,
        hand::customer_id,
        hand::title,
        hand::amount,
        hand::note,
    ))
}

#[auto_type(no_type_alias)]
pub(crate) fn list(from: i32) -> _ {
    let columns = (orders::id, orders::customer_id, orders::title, orders::amount, orders::note);
    let limit: i64 = LIST;
    orders::table.filter(orders::id.ge(from)).order(orders::id).limit(limit).select(columns)
}

#[auto_type(no_type_alias)]
pub(crate) fn list_by_hand<'a>(tenant: &'a str, from: i32) -> _ {
    let columns = (hand::id, hand::customer_id, hand::title, hand::amount, hand::note);
    let limit: i64 = LIST;
    hand::table
        .filter(hand::tenant_id.eq(tenant))
        .filter(hand::id.ge(from))
        .order(hand::id)
        .limit(limit)
        .select(columns)
}

/// Where policies hold it to a tenant.
#[auto_type(no_type_alias)]
pub(crate) fn list_of_all(from: i32) -> _ {
    let columns = (hand::id, hand::customer_id, hand::title, hand::amount, hand::note);
    let limit: i64 = LIST;
    hand::table.filter(hand::id.ge(from)).order(hand::id).limit(limit).select(columns)
}

/// Rows of a batch.
pub(crate) const BATCH: usize = 1_000;

/// A row of a batch.
#[derive(Debug, Insertable)]
#[diesel(table_name = orders)]
pub(crate) struct New {
    id: i32,
    customer_id: i32,
    title: &'static str,
    amount: i32,
    note: &'static str,
}

/// The same with its tenant.
#[derive(Debug, Insertable)]
#[diesel(table_name = hand)]
pub(crate) struct NewByHand {
    tenant_id: &'static str,
    id: i32,
    customer_id: i32,
    title: &'static str,
    amount: i32,
    note: &'static str,
}

const TITLE: &str = "an order";
const NOTE: &str = "one of a batch";

/// A batch with ids from `first` on.
pub(crate) fn batch(first: i32) -> Vec<New> {
    let ids = (first..).take(BATCH);
    ids.map(|id| New { id, customer_id: 1, title: TITLE, amount: id, note: NOTE }).collect()
}

/// The same with its tenant.
pub(crate) fn batch_by_hand(tenant_id: &'static str, first: i32) -> Vec<NewByHand> {
    let ids = (first..).take(BATCH);
    ids.map(|id| NewByHand { tenant_id, id, customer_id: 1, title: TITLE, amount: id, note: NOTE }).collect()
}
