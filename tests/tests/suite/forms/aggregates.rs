//! Aggregates and window functions.

use diesel::dsl::{
    FrameBoundDsl, FrameClauseDsl, cume_dist, dense_rank, first_value, frame, lag, lag_with_offset,
    lag_with_offset_and_default, last_value, lead, lead_with_offset, lead_with_offset_and_default, min,
    nth_value, ntile, percent_rank, rank, row_number,
};
use diesel::sql_types::Integer;

use super::own::string_agg;
use super::*;

forms! { READS, read, render;
    "min max sum": (Option<i32>, Option<i32>, Option<i64>) = orders::table
        .select((min(orders::amount), max(orders::amount), sum(orders::amount)));
    "avg"[postgres]: Option<f64> = orders::table.select(diesel::dsl::avg(orders::amount.cast::<diesel::sql_types::Double>()));
    "count_star and count": (i64, i64) = customers::table.select((count_star(), count(customers::country)));
    "count of a join": i64 = orders::table.inner_join(customers::table).count();
    "count of a boxed query": i64 = orders::table.into_boxed::<super::Backend>().filter(orders::id.gt(1)).count();
    "aggregate_distinct": i64 = orders::table.select(count(orders::title).aggregate_distinct());
    "aggregate_all": i64 = orders::table.select(count(orders::title).aggregate_all());
    "aggregate_filter": i64 = orders::table.select(count(orders::id).aggregate_filter(orders::title.eq("apples")));
    "aggregate_order": Option<String> = orders::table
        .select(string_agg(orders::title, ",").aggregate_order(orders::amount.desc()));
    "aggregate of a sub-query": Option<i64> = orders::table
        .filter(orders::customer_id.eq_any(customers::table.select(customers::id))).select(sum(orders::amount));
    "group_by of a join": (String, i64, Option<i64>) = orders::table.inner_join(customers::table)
        .group_by(customers::name).select((customers::name, count_star(), sum(orders::amount)));
    "group_by of a left join": (String, i64) = customers::table.left_join(orders::table)
        .group_by(customers::name).select((customers::name, count(orders::id.nullable())));
    "group_by two columns": (i32, String, Option<i32>) = orders::table.group_by((orders::customer_id, orders::title))
        .select((orders::customer_id, orders::title, max(orders::amount)));
    "having with a sub-query": (i32, Option<i64>) = orders::table.group_by(orders::customer_id)
        .having(orders::customer_id.eq_any(customers::table.filter(customers::name.eq("Grace")).select(customers::id)))
        .select((orders::customer_id, sum(orders::amount)));
    "row_number": (i32, i64) = orders::table
        .select((orders::amount, row_number().partition_by(orders::customer_id).window_order(orders::amount.desc())));
    "rank dense_rank cume_dist": (i64, i64, f64) = orders::table.select((
        rank().window_order(orders::title),
        dense_rank().window_order(orders::title),
        cume_dist().window_order(orders::title),
    ));
    // Of three rows, so in halves: MariaDB has ten digits of a window over a join, which a scoped table is there.
    "percent_rank": f64 = orders::table.filter(orders::id.lt(4)).select(percent_rank().window_order(orders::title));
    "ntile": i32 = orders::table.select(ntile(2).window_order(orders::amount));
    "lag and lead": (i32, Option<i32>, Option<i32>) = orders::table.select((
        orders::id,
        lag(orders::amount).window_order(orders::amount),
        lead(orders::amount).window_order(orders::amount),
    ));
    "lag and lead with offset": (Option<i32>, Option<i32>) = orders::table.select((
        lag_with_offset(orders::amount, 2).window_order(orders::amount),
        lead_with_offset(orders::amount, 2).window_order(orders::amount),
    ));
    "lag and lead with offset and default": (i32, i32) = orders::table.select((
        lag_with_offset_and_default(orders::amount, 2, 0.into_sql::<Integer>()).window_order(orders::amount),
        lead_with_offset_and_default(orders::amount, 2, 0.into_sql::<Integer>()).window_order(orders::amount),
    ));
    "first_value last_value nth_value": (i32, i32, Option<i32>) = orders::table.select((
        first_value(orders::amount).window_order(orders::amount),
        last_value(orders::amount).window_order(orders::amount),
        nth_value(orders::amount, 2).window_order(orders::amount),
    ));
    "over": (i32, i64) = orders::table.select((orders::id, count(orders::id).over()));
    "aggregate as a window": (i32, Option<i64>) = orders::table
        .select((orders::id, sum(orders::amount).partition_by(orders::title).window_order(orders::id)));
    "window_filter": (i32, i64) = orders::table
        .select((orders::id, count(orders::id).over().window_filter(orders::title.eq("apples"))));
    "frame_by": (i32, Option<i64>) = orders::table.select((
        orders::id,
        sum(orders::amount).window_order(orders::id)
            .frame_by(frame::Rows.frame_start_with(1_u64.preceding())),
    ));
    "frame_by with an exclusion": (i32, Option<i64>) = orders::table.select((
        orders::id,
        sum(orders::amount).window_order(orders::id)
            .frame_by(frame::Rows.frame_start_with_exclusion(1_u64.preceding(), frame::ExcludeCurrentRow)),
    ));
    "frame_by between": (i32, Option<i64>, Option<i64>) = orders::table.select((
        orders::id,
        sum(orders::amount).window_order(orders::id)
            .frame_by(frame::Rows.frame_between(1_u64.preceding(), 1_u64.following())),
        sum(orders::amount).window_order(orders::id).frame_by(frame::Rows.frame_between(frame::CurrentRow, frame::UnboundedFollowing)),
    ));
    "frame_by between with an exclusion": (i32, Option<i64>) = orders::table.select((
        orders::id,
        sum(orders::amount).window_order(orders::id).frame_by(frame::Rows.frame_between_with_exclusion(
            frame::UnboundedPreceding, 1_u64.following(), frame::ExcludeCurrentRow,
        )),
    ));
    "count_distinct": i64 = orders::table.select(diesel::dsl::count_distinct(orders::title));
    "window over a join": (String, i32, i64) = orders::table.inner_join(customers::table).select((
        customers::name, orders::amount, row_number().partition_by(customers::name).window_order(orders::amount),
    ));
    "window over a left join": (String, i64) = customers::table.left_join(orders::table)
        .select((customers::name, count(orders::id.nullable()).partition_by(customers::id)));
}
