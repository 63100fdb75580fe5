// @generated automatically by Diesel CLI.

diesel::table! {
    orders (id) {
        id -> Int4,
        org_id -> Int8,
    }
}

diesel::table! {
    plans (id) {
        id -> Int4,
    }
}

diesel::table! {
    settings (key) {
        key -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(orders, plans, settings,);
