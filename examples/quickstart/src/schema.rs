// @generated automatically by Diesel CLI.

diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Text,
        item -> Text,
        quantity -> Integer,
    }
}
