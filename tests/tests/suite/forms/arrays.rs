//! Arrays and bytes, which PostgreSQL alone has: every method and every function that Diesel has of them.
#![allow(unused_imports, unused_macros, reason = "elsewhere none of these forms is compiled")]

use diesel::dsl::{
    array, array_append, array_cat, array_dims, array_fill, array_fill_with_lower_bound, array_length,
    array_lower, array_ndims, array_position, array_position_with_subscript, array_positions, array_prepend,
    array_remove, array_replace, array_to_string, array_to_string_with_null_string, array_upper, cardinality,
    trim_array,
};
use diesel::sql_types::{Array, Integer};

use super::own::convert_to;
use super::*;

/// An array of the row's own values.
macro_rules! pair {
    () => {
        array::<Integer, _>((orders::id, orders::customer_id))
    };
}

macro_rules! bytes {
    ($text:expr) => {
        convert_to($text, "UTF8")
    };
}

forms! { READS, read, render;
    "array of columns"[postgres]: Vec<i32> = orders::table
        .select(array::<Integer, _>((orders::id, orders::amount)));
    "array methods"[postgres]: (bool, bool, bool, i32, Vec<i32>) = orders::table
        .filter(pair!().contains(vec![1]))
        .select((
            pair!().overlaps_with(array::<Integer, _>((3, 4))),
            pair!().contains(vec![2]),
            pair!().is_contained_by(vec![1, 2]),
            pair!().index(2),
            pair!().concat(array::<Integer, _>((orders::amount, 0))),
        ));
    "array functions that give arrays"[postgres]: (Vec<i32>, Vec<i32>, Vec<i32>, Vec<i32>, Vec<i32>, Vec<i32>, Vec<i32>,
        Vec<i32>, Vec<i32>) = orders::table.select((
        array_append::<Array<Integer>, Integer, _, _>(pair!(), orders::amount),
        array_prepend::<Integer, Array<Integer>, _, _>(orders::amount, pair!()),
        array_replace::<Array<Integer>, Integer, _, _, _>(pair!(), orders::id, orders::amount),
        array_remove::<Array<Integer>, Integer, _, _>(pair!(), orders::id),
        trim_array::<Array<Integer>, _, _>(pair!(), 1),
        array_cat::<Array<Integer>, _, _>(pair!(), pair!()),
        array_fill::<Integer, _, _>(orders::amount, vec![2]),
        array_fill_with_lower_bound::<Integer, _, _, _>(orders::amount, vec![2], vec![2]),
        array_positions::<Array<Integer>, Integer, _, _>(pair!(), orders::customer_id),
    ));
    "array functions"[postgres]: (String, String, String, i32, Option<i32>, Option<i32>, Option<i32>, Option<i32>,
        Option<i32>, i32) = orders::table.select((
        array_dims::<Array<Integer>, _>(pair!()),
        array_to_string::<Array<Integer>, _, _>(pair!(), ","),
        array_to_string_with_null_string::<Array<Integer>, _, _, _>(pair!(), ",", "-"),
        cardinality::<Array<Integer>, _>(pair!()),
        array_length::<Array<Integer>, _, _>(pair!(), 1),
        array_lower::<Array<Integer>, _, _>(pair!(), 1),
        array_upper::<Array<Integer>, _, _>(pair!(), 1),
        array_position::<Array<Integer>, Integer, _, _>(pair!(), orders::customer_id),
        array_position_with_subscript::<Array<Integer>, Integer, _, _, _>(pair!(), orders::customer_id, 2),
        array_ndims::<Array<Integer>, _>(pair!()),
    ));
    "bytes methods"[postgres]: (Vec<u8>, bool, bool) = orders::table.select((
        bytes!(orders::title).concat(bytes!(orders::note.assume_not_null())),
        bytes!(orders::title).like(bytes!("%p%")),
        bytes!(orders::title).not_like(bytes!("%p%")),
    ));
}
