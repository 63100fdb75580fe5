//! The tables of the suites, as an application would declare them.
#![allow(missing_docs, reason = "the tables speak for themselves")]

#[tenancy::tenant_scoped(global(countries))]
mod tables {
    diesel::table! {
        customers (tenant_id, id) {
            tenant_id -> Text,
            id -> Integer,
            name -> Text,
            country -> Nullable<Text>,
        }
    }

    diesel::table! {
        orders (tenant_id, id) {
            tenant_id -> Text,
            id -> Integer,
            customer_id -> Integer,
            title -> Text,
            amount -> Integer,
            note -> Nullable<Text>,
        }
    }

    // The tenant column stands beside the key here, and in it below.
    diesel::table! {
        items (order_id, number) {
            tenant_id -> Text,
            order_id -> Integer,
            number -> Integer,
            product -> Text,
            quantity -> Integer,
        }
    }

    diesel::table! {
        tags (tenant_id, order_id, position) {
            tenant_id -> Text,
            order_id -> Integer,
            position -> Integer,
            label -> Text,
        }
    }

    diesel::table! {
        countries (code) {
            code -> Text,
            name -> Text,
        }
    }

    diesel::joinable!(orders -> customers (customer_id));
    diesel::joinable!(customers -> countries (country));
    diesel::allow_tables_to_appear_in_same_query!(customers, orders, countries, items, tags);
}

pub use self::tables::{TENANT_TABLES, countries, customers, items, orders, tags};
