//! Predicates as boxed expressions.

use diesel::dsl::{exists, not};
use diesel::helper_types::{InnerJoinQuerySource, LeftJoinQuerySource};
use diesel::internal::table_macro::{BoxedSelectStatement, FromClause};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable};

use super::Diesel;
use crate::plan::{Cmp, Int, Pred, Sub, Text};
use crate::schema::{orders, people};

/// A predicate on the rows of `QS`. Every column is made nullable, as on the right of an outer join.
pub(super) type Filter<QS> = Box<dyn BoxableExpression<QS, Diesel, SqlType = Nullable<Bool>>>;

pub(super) type InnerJoin = InnerJoinQuerySource<orders::table, people::table>;
pub(super) type LeftJoin = LeftJoinQuerySource<people::table, orders::table>;

/// A sub-query of numbers.
pub(super) type Numbers<T> = BoxedSelectStatement<'static, Nullable<Integer>, FromClause<T>, Diesel>;

pub(super) fn people_numbers(sub: &Sub) -> Numbers<people::table> {
    let query = people::table.select(people::id.nullable()).into_boxed();
    match &sub.filter {
        Some(filter) => query.filter(on_people(filter)),
        None => query,
    }
}

pub(super) fn order_numbers(sub: &Sub) -> Numbers<orders::table> {
    let query = orders::table.into_boxed();
    let query = match sub.select {
        Int::OrderId => query.select(orders::id.nullable()),
        Int::OrderPerson => query.select(orders::person_id.nullable()),
        Int::OrderAmount => query.select(orders::amount.nullable()),
        Int::PersonId => panic!("no column of orders: {sub:?}"),
    };
    match &sub.filter {
        Some(filter) => query.filter(on_orders(filter)),
        None => query,
    }
}

/// A function from predicates to expressions on one source: its columns, and forms of its own.
macro_rules! filters {
    ($name:ident, $source:ty;
     $($int:ident: $int_column:expr),*;
     $($text:ident: $text_column:expr),*;
     $($own:pat => $expression:expr),*) => {
        pub(super) fn $name(pred: &Pred) -> Filter<$source> {
            match pred {
                Pred::And(a, b) => Box::new($name(a).and($name(b))),
                Pred::Or(a, b) => Box::new($name(a).or($name(b))),
                Pred::Not(a) => Box::new(not($name(a))),
                $(
                    Pred::Int(Int::$int, cmp, value) => match cmp {
                        Cmp::Eq => Box::new($int_column.nullable().eq(*value)),
                        Cmp::Ne => Box::new($int_column.nullable().ne(*value)),
                        Cmp::Gt => Box::new($int_column.nullable().gt(*value)),
                        Cmp::Le => Box::new($int_column.nullable().le(*value)),
                    },
                    Pred::IntIn(Int::$int, values) => Box::new($int_column.nullable().eq_any(values.clone())),
                    Pred::InSub(Int::$int, sub) => match sub.select {
                        Int::PersonId => Box::new($int_column.nullable().eq_any(people_numbers(sub))),
                        _ => Box::new($int_column.nullable().eq_any(order_numbers(sub))),
                    },
                )*
                $(
                    Pred::Is(Text::$text, value) => Box::new($text_column.nullable().eq(value.clone())),
                    Pred::IsNot(Text::$text, value) => Box::new($text_column.nullable().ne(value.clone())),
                    Pred::Like(Text::$text, pattern) => Box::new($text_column.nullable().like(pattern.clone())),
                    Pred::TextIn(Text::$text, values) => {
                        Box::new($text_column.nullable().eq_any(values.clone()))
                    }
                    Pred::Null(Text::$text) => Box::new($text_column.nullable().is_null().nullable()),
                )*
                Pred::Exists(sub) => match sub.select {
                    Int::PersonId => Box::new(exists(people_numbers(sub)).nullable()),
                    _ => Box::new(exists(order_numbers(sub)).nullable()),
                },
                $($own => $expression,)*
                other => panic!("{other:?} is not about {}", stringify!($source)),
            }
        }
    };
}

filters! { on_people, people::table;
    PersonId: people::id;
    PersonName: people::name, PersonCountry: people::country, PersonMark: people::mark,
    PersonKey: people::tenant_id;
    Pred::HasOrder(amount) => Box::new(
        exists(
            orders::table.filter(orders::person_id.eq(people::id)).filter(orders::amount.gt(*amount)),
        )
        .nullable(),
    )
}

filters! { on_orders, orders::table;
    OrderId: orders::id, OrderPerson: orders::person_id, OrderAmount: orders::amount;
    OrderTitle: orders::title, OrderNote: orders::note, OrderMark: orders::mark,
    OrderKey: orders::tenant_id;
    Pred::HasPerson(name) => Box::new(
        exists(people::table.filter(people::id.eq(orders::person_id)).filter(people::name.eq(name.clone())))
            .nullable(),
    )
}

macro_rules! join_filters {
    ($($name:ident: $source:ty;)*) => {$(
        filters! { $name, $source;
            PersonId: people::id, OrderId: orders::id, OrderPerson: orders::person_id,
            OrderAmount: orders::amount;
            PersonName: people::name, PersonCountry: people::country, PersonMark: people::mark,
            PersonKey: people::tenant_id, OrderTitle: orders::title, OrderNote: orders::note,
            OrderMark: orders::mark, OrderKey: orders::tenant_id;
            Pred::Same(Int::OrderPerson, Int::PersonId) => {
                Box::new(orders::person_id.nullable().eq(people::id.nullable()))
            },
            Pred::Same(Int::OrderAmount, Int::PersonId) => {
                Box::new(orders::amount.nullable().eq(people::id.nullable()))
            }
        }
    )*};
}

join_filters! {
    on_inner: InnerJoin;
    on_left: LeftJoin;
}
