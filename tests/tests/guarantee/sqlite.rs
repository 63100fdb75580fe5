//! What SQLite alone has in Diesel: every method and every function.

use diesel::dsl::{
    json, json_array_1, json_array_length_with_path, json_error_position, json_group_array,
    json_group_object, json_patch, json_pretty, json_pretty_with_indentation, json_quote, json_remove_1,
    json_type, json_type_with_path, json_valid, jsonb, jsonb_array_1, jsonb_group_array, jsonb_group_object,
    jsonb_patch, jsonb_remove_1,
};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer, Json, Text};
// PostgreSQL has a function of this name as well.
use diesel::sqlite::expression::dsl::json_array_length;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use tenancy_tests::schema::customers;

use super::edges::world;

#[tokio::test]
async fn methods_are_scoped() {
    let (world, mut db) = world().await;
    let db = &mut db;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let ids = customers::table.select(customers::id).order(customers::id);
            let is = ids.clone().filter(customers::country.is("DE")).load::<i32>(db).await;
            assert_eq!(is.unwrap(), [1]);
            let is_not = ids.filter(customers::country.is_not("DE")).load::<i32>(db).await;
            assert_eq!(is_not.unwrap(), [2]);
        })
        .await;
}

#[tokio::test]
async fn aggregates_are_scoped() {
    let (world, mut db) = world().await;
    let db = &mut db;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let groups = customers::table.select((
                json_group_array::<Text, _>(customers::name),
                jsonb_group_array::<Text, _>(customers::name),
                json_group_object::<Text, Integer, _, _>(customers::name, customers::id),
                jsonb_group_object::<Text, Integer, _, _>(customers::name, customers::id),
            ));
            let [names, names_b, ids, ids_b]: [Value; 4] =
                groups.get_result::<(Value, Value, Value, Value)>(db).await.unwrap().into();
            assert_eq!((&names, &names_b), (&json!(["acme", "acme"]), &names));
            for ids in [ids, ids_b] {
                assert!(ids.as_object().unwrap().keys().all(|name| name == "acme"), "{ids}");
            }
        })
        .await;
}

#[tokio::test]
async fn functions_are_scoped() {
    /// What the row's own name is as JSON.
    macro_rules! named {
        () => {
            json::<Text, _>("{\"name\":\"".into_sql::<Text>().concat(customers::name).concat("\"}"))
        };
    }
    let (world, mut db) = world().await;
    let db = &mut db;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let texts = customers::table.select((
                json_pretty::<Json, _>(named!()),
                json_pretty_with_indentation::<Json, _, _>(named!(), Some(" ")),
                json_type::<Json, _>(named!()),
                json_type_with_path::<Json, _, _>(named!(), "$.name"),
            ));
            type Texts = (String, String, String, Option<String>);
            let expected: Texts = (
                "{\n    \"name\": \"acme\"\n}".to_owned(),
                "{\n \"name\": \"acme\"\n}".to_owned(),
                "object".to_owned(),
                Some("text".to_owned()),
            );
            assert_eq!(texts.load::<Texts>(db).await.unwrap(), [expected.clone(), expected]);

            let numbers = customers::table.select((
                json_array_length::<Json, _>(json_array_1::<Text, _>(customers::name)),
                json_array_length_with_path::<Json, _, _>(named!(), "$.name"),
                json_error_position::<Text, _>(customers::name),
                json_valid::<Json, _>(named!()),
            ));
            let expected = (1, Some(0), 1, true);
            let numbers = numbers.load::<(i32, Option<i32>, i32, bool)>(db).await.unwrap();
            assert_eq!(numbers, [expected, expected]);

            let values = customers::table.select((
                named!(),
                json_quote::<Text, _>(customers::name),
                json_array_1::<Text, _>(customers::name),
                jsonb_array_1::<Text, _>(customers::name),
                jsonb::<Binary, _>(b"[7]".to_vec()),
                json_patch::<Json, Json, _, _>(named!(), json!({"more": 1})),
                jsonb_patch::<Json, Json, _, _>(named!(), json!({"more": 1})),
                json_remove_1::<Json, _, _>(named!(), "$.name").assume_not_null(),
                jsonb_remove_1::<Json, _, _>(named!(), "$.name").assume_not_null(),
            ));
            type Values = (Value, Value, Value, Value, Value, Value, Value, Value, Value);
            let expected: Values = (
                json!({"name": "acme"}),
                json!("acme"),
                json!(["acme"]),
                json!(["acme"]),
                json!([7]),
                json!({"name": "acme", "more": 1}),
                json!({"name": "acme", "more": 1}),
                json!({}),
                json!({}),
            );
            assert_eq!(values.load::<Values>(db).await.unwrap(), [expected.clone(), expected]);
        })
        .await;
}
