// @generated automatically by Diesel CLI.

diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Text,
        title -> Text,
    }
}

diesel::table! {
    items (id) {
        id -> Integer,
        tenant_id -> Text,
        order_id -> Integer,
    }
}

diesel::joinable!(items -> orders (order_id));

diesel::allow_tables_to_appear_in_same_query!(items, orders,);
