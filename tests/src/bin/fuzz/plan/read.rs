//! Forms of reading.

use super::pred::{Pred, Sub};

/// A boxed query of one table.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    pub(crate) filter: Option<Pred>,
    pub(crate) or: Option<Pred>,
    pub(crate) page: Option<Page>,
}

/// With an order that leaves no two rows equal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    pub(crate) limit: i64,
    pub(crate) offset: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Combined {
    Union,
    UnionAll,
    Except,
    Intersect,
}

/// The forms whose fields hold no `Pred` or `Sub` are unboxed: their statements are cached by type.
#[derive(Debug, Clone)]
pub(crate) enum Read {
    Orders(Listing),
    People(Listing),
    AllOrders,
    AllPeople,
    Vouchers,
    FindOrder(i32),
    FindPerson(i32),
    AmountOrTitle(i32, String),
    /// Orders of people with this name, by a sub-select.
    OrdersOfName(String),
    /// People without orders.
    Idle,
    /// Orders with their people.
    Inner(Pred),
    /// People with their orders, if any.
    Left(Pred),
    InnerPlain,
    LeftPlain,
    /// Joined by `amount = people.id`.
    InnerOn(i32),
    /// The condition on orders stands in ON.
    LeftOn(i32),
    InnerCountries,
    LeftCountries(String),
    /// Orders, people, countries.
    Three,
    /// People, their orders if any, vouchers used so many times if any.
    ThreeLeft,
    /// Orders by person: count, sum, maximum; of more than so many.
    ByPerson(Pred, i64),
    /// Orders by their person's name.
    ByName,
    /// Amounts of some orders and numbers of some people.
    Combine(Combined, Pred, Pred),
    CombinePlain(Combined),
    Distinct(Pred, Page),
    Count(Pred),
    CountPeople,
    Aggregate(Pred),
    /// People with the largest amount of their orders, as a sub-select among the columns.
    Largest,
    /// People whose number is not the largest that an order names.
    NotLargest,
    SelectExists(Sub),
    /// `belonging_to` these people, then `grouped_by`.
    Belonging(Vec<i32>),
    /// The tenant column, distinct.
    Keys,
    /// Orders with the others of the same title, by an alias.
    SelfJoin,
    /// Orders with those whose person has the order's number, if any, by an alias.
    SelfLeft,
    /// An alias alone.
    Alias(i32),
    /// Orders that share their title with another one, by an alias in EXISTS.
    Shared,
    /// People with their orders, if any, under an alias.
    LeftAlias,
}
