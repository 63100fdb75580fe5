// @generated automatically by Diesel CLI.

diesel::table! {
    orders (tenant_id, id) {
        tenant_id -> Text,
        id -> Integer,
        quantity -> Integer,
    }
}

diesel::table! {
    reports (tenant_id, job) {
        tenant_id -> Text,
        job -> Text,
        orders -> BigInt,
        quantity -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(orders, reports,);
