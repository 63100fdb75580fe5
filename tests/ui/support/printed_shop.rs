// @generated automatically by Diesel CLI.

pub mod shop {
    diesel::table! {
        shop.orders (id) {
            id -> Integer,
            tenant_id -> Text,
            title -> Text,
        }
    }
}
