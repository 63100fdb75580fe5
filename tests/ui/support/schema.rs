//! The schema that the programs share, as an application would have it in a file of its own.

use tenancy::schema as diesel;

diesel::table! {
    customers (id) {
        id -> Integer,
        tenant_id -> Text,
        name -> Text,
    }
}

diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Text,
        customer_id -> Integer,
        title -> Text,
    }
}

#[tenancy::tenant_scoped(global)]
diesel::table! {
    countries (code) {
        code -> Text,
        name -> Text,
    }
}

diesel::joinable!(orders -> customers (customer_id));
diesel::allow_tables_to_appear_in_same_query!(customers, orders, countries);
