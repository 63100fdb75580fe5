//! JSON on PostgreSQL: every method and every function that Diesel has of it.
#![allow(unused_imports, unused_macros, reason = "elsewhere none of these forms is compiled")]

use diesel::dsl::{
    array, array_to_json, json_object, json_object_with_keys_and_values, json_populate_record,
    json_strip_nulls, json_typeof, jsonb_array_length, jsonb_insert, jsonb_insert_with_insert_after,
    jsonb_object, jsonb_object_with_keys_and_values, jsonb_populate_record, jsonb_pretty, jsonb_set,
    jsonb_set_create_if_missing, jsonb_set_lax, jsonb_strip_nulls, jsonb_typeof, row_to_json, to_json,
    to_jsonb,
};
// SQLite has a function of this name as well.
use diesel::pg::expression::dsl::json_array_length;
use diesel::pg::sql_types::NullValueTreatment;
use diesel::sql_types::{Array, Integer, Json, Jsonb, Record, Text};
use serde_json::{Value, json};

use super::*;

/// The row's own title and note, under their names.
macro_rules! named {
    () => {
        array::<Text, _>(("title", orders::title, "note", orders::note.assume_not_null()))
    };
}

macro_rules! object {
    () => {
        jsonb_object::<Array<Text>, _>(named!())
    };
}

macro_rules! record {
    () => {
        (orders::id, orders::title).into_sql::<Record<(Integer, Text)>>()
    };
}

forms! { READS, read, render;
    "jsonb"[postgres]: Value = orders::table.select(to_jsonb::<Text, _>(orders::title));
    "jsonb conditions"[postgres]: (bool, bool, bool, bool, bool) = orders::table.select((
        object!().has_key("title"),
        object!().has_any_key(vec!["title", "other"]),
        object!().has_all_keys(vec!["title", "other"]),
        object!().contains(json!({"title": "apples"})),
        object!().is_contained_by(json!({"title": "milk", "note": "of acme"})),
    ));
    "jsonb methods"[postgres]: (Value, Value, Value, Value, String, Value, String) = orders::table.select((
        object!().concat(json!({"more": 1})),
        object!().remove("title"),
        object!().remove_by_path(vec!["title"]),
        object!().retrieve_as_object("note").assume_not_null(),
        object!().retrieve_as_text("note").assume_not_null(),
        object!().retrieve_by_path_as_object(vec!["note"]).assume_not_null(),
        object!().retrieve_by_path_as_text(vec!["note"]).assume_not_null(),
    ));
    "json functions"[postgres]: (Value, Value, Value, Value, String, Value, i32, Value) = orders::table.select((
        array_to_json::<Array<Text>, _>(named!()),
        to_json::<Text, _>(orders::title),
        json_object::<Array<Text>, _>(named!()),
        json_object_with_keys_and_values::<Array<Text>, Array<Text>, _, _>(
            array::<Text, _>((orders::title,)), array::<Text, _>((orders::note.assume_not_null(),)),
        ),
        json_typeof::<Json, _>(to_json::<Text, _>(orders::title)),
        json_strip_nulls::<Json, _>(to_json::<Text, _>(orders::title)),
        json_array_length::<Json, _>(array_to_json::<Array<Text>, _>(named!())),
        row_to_json::<Record<(Integer, Text)>, _>(record!()),
    ));
    "jsonb functions"[postgres]: (Value, Value, String, String, Value, i32) = orders::table.select((
        object!(),
        jsonb_object_with_keys_and_values::<Array<Text>, Array<Text>, _, _>(
            array::<Text, _>((orders::title,)), array::<Text, _>((orders::note.assume_not_null(),)),
        ),
        jsonb_typeof::<Jsonb, _>(object!()),
        jsonb_pretty::<Jsonb, _>(object!()),
        jsonb_strip_nulls::<Jsonb, _>(object!()),
        jsonb_array_length::<Jsonb, _>(to_jsonb::<Array<Text>, _>(named!())),
    ));
    "jsonb functions that change"[postgres]: (Value, Value, Value, Value, Value) = orders::table.select((
        jsonb_set::<Jsonb, Array<Text>, _, _, _>(object!(), vec!["title"], json!("pears")),
        jsonb_set_create_if_missing::<Jsonb, Array<Text>, _, _, _, _>(object!(), vec!["more"], json!(1), true),
        jsonb_set_lax::<Jsonb, Array<Text>, _, _, _, _, _>(
            object!(), vec!["title"], json!(1), true, NullValueTreatment::UseJsonNull,
        ),
        jsonb_insert::<Jsonb, Array<Text>, _, _, _>(object!(), vec!["more"], json!(1)),
        jsonb_insert_with_insert_after::<Jsonb, Array<Text>, _, _, _, _>(object!(), vec!["more"], json!(1), true),
    ));
    "records of json"[postgres]: ((i32, String), (i32, String)) = orders::table.select((
        json_populate_record::<Record<(Integer, Text)>, Json, _, _>(record!(), json!({"f1": 7})),
        jsonb_populate_record::<Record<(Integer, Text)>, Jsonb, _, _>(record!(), json!({"f1": 7})),
    ));
}
