// @generated automatically by Diesel CLI.

diesel::table! {
    countries (code) {
        code -> Text,
        name -> Text,
    }
}

diesel::table! {
    customers (tenant_id, id) {
        tenant_id -> Text,
        id -> Integer,
        name -> Text,
        country -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(countries, customers,);
