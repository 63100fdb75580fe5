// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, Clone, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "order_status"))]
    pub struct OrderStatus;
}

diesel::table! {
    customers (id) {
        id -> Int4,
        tenant_id -> Uuid,
        #[max_length = 255]
        name -> Varchar,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::OrderStatus;

    orders (tenant_id, id) {
        id -> Int4,
        tenant_id -> Uuid,
        customer_id -> Int4,
        status -> OrderStatus,
        #[sql_name = "type"]
        type_ -> Text,
        created_at -> Timestamptz,
        tags -> Array<Nullable<Text>>,
    }
}

diesel::joinable!(orders -> customers (customer_id));

diesel::allow_tables_to_appear_in_same_query!(customers, orders,);
