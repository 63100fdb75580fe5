// @generated automatically by Diesel CLI.

diesel::table! {
    orders (id) {
        id -> Integer,
        title -> Text,
    }
}
