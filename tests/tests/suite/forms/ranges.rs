//! Times and ranges, which PostgreSQL alone has: every method and every function that Diesel has of them.
#![allow(dead_code, unused_imports, unused_macros, reason = "elsewhere none of these forms is compiled")]

use std::ops::Bound;

use diesel::data_types::{PgDate, PgTimestamp};
use diesel::dsl::{
    date, daterange, int4range, int8range, isempty, lower, lower_inc, lower_inf, multirange_merge, now,
    numrange, range_merge, tsrange, tstzrange, upper, upper_inc, upper_inf,
};
use diesel::pg::sql_types::RangeBound;
use diesel::sql_types::{BigInt, Date, Double, Integer, Multirange, Numeric, Range, Timestamp, Timestamptz};

use super::own::{int4multirange, to_number, to_timestamp};
use super::*;

const HALF_OPEN: RangeBound = RangeBound::LowerBoundInclusiveUpperBoundExclusive;

/// What the row's own amount is as a time.
macro_rules! time {
    () => {
        to_timestamp(orders::amount.cast::<Double>())
    };
}

/// From the row's id to its amount.
macro_rules! span {
    () => {
        int4range(orders::id.nullable(), orders::amount.nullable(), HALF_OPEN)
    };
}

macro_rules! number {
    ($column:expr) => {
        to_number($column.cast::<diesel::sql_types::Text>(), "9999").nullable()
    };
}

forms! { READS, read, render;
    "time methods"[postgres]: (PgTimestamp, PgDate, bool) = orders::table.select((
        time!().at_time_zone("UTC"),
        date(time!().at_time_zone("Europe/Berlin")),
        now.gt(time!().at_time_zone("UTC")),
    ));
    "range methods"[postgres]: (bool, bool, bool, bool, bool, bool, bool, bool, bool, bool) = orders::table.select((
        orders::customer_id.is_contained_by_range(span!()),
        span!().contains(500),
        span!().contains_range(2..500),
        span!().is_contained_by(2..500),
        span!().overlaps_with(2..3),
        span!().range_extends_right_to(0..500),
        span!().range_extends_left_to(2..500),
        span!().lesser_than(500..600),
        span!().greater_than(0..2),
        span!().range_adjacent(0..3),
    ));
    "range methods that give ranges"[postgres]: ((Bound<i32>, Bound<i32>), (Bound<i32>, Bound<i32>), (Bound<i32>, Bound<i32>)) =
        orders::table.select((
            span!().union_range(2..500),
            span!().difference_range(3..2000),
            span!().intersection_range(3..402),
        ));
    "range functions"[postgres]: (Option<i32>, Option<i32>, bool, bool, bool, bool, bool) = orders::table.select((
        lower::<Range<Integer>, _>(span!()),
        upper::<Range<Integer>, _>(span!()),
        isempty::<Range<Integer>, _>(span!()),
        lower_inc::<Range<Integer>, _>(span!()),
        upper_inc::<Range<Integer>, _>(span!()),
        lower_inf::<Range<Integer>, _>(span!()),
        upper_inf::<Range<Integer>, _>(span!()),
    ));
    "merged ranges"[postgres]: ((Bound<i32>, Bound<i32>), (Bound<i32>, Bound<i32>), bool) = orders::table.select((
        range_merge::<Range<Integer>, Range<Integer>, _, _>(span!(), 1000..2000),
        multirange_merge::<Multirange<Integer>, _>(int4multirange(span!())),
        int4multirange(span!()).contains(500),
    ));
    "ranges of each kind"[postgres]: ((Bound<i32>, Bound<i32>), (Bound<i64>, Bound<i64>), bool, Option<PgTimestamp>,
        Option<PgTimestamp>, Option<PgDate>) = orders::table.select((
        span!(),
        int8range(
            orders::id.cast::<BigInt>().nullable(), orders::amount.cast::<BigInt>().nullable(), HALF_OPEN,
        ),
        isempty::<Range<Numeric>, _>(numrange(number!(orders::id), number!(orders::amount), HALF_OPEN)),
        upper::<Range<Timestamp>, _>(
            tsrange(None::<PgTimestamp>, time!().at_time_zone("UTC").nullable(), HALF_OPEN),
        ),
        upper::<Range<Timestamptz>, _>(tstzrange(None::<PgTimestamp>, time!().nullable(), HALF_OPEN)),
        upper::<Range<Date>, _>(
            daterange(None::<PgDate>, date(time!().at_time_zone("UTC")).nullable(), HALF_OPEN),
        ),
    ));
}
