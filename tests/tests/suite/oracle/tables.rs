//! The tables of one tenant that is alone: no tenant column, and Diesel's own `table!`.

diesel::table! {
    customers (id) {
        id -> Integer,
        name -> Text,
        country -> Nullable<Text>,
    }
}

diesel::table! {
    orders (id) {
        id -> Integer,
        customer_id -> Integer,
        title -> Text,
        amount -> Integer,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    countries (code) {
        code -> Text,
        name -> Text,
    }
}

diesel::table! {
    items (order_id, number) {
        order_id -> Integer,
        number -> Integer,
        product -> Text,
        quantity -> Integer,
    }
}

diesel::table! {
    tags (order_id, position) {
        order_id -> Integer,
        position -> Integer,
        label -> Text,
    }
}

diesel::joinable!(orders -> customers (customer_id));
diesel::joinable!(customers -> countries (country));
diesel::allow_tables_to_appear_in_same_query!(customers, orders, countries, items, tags);
