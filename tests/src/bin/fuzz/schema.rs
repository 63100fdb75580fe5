//! The fuzzer's tables, as an application would declare them.

#[tenancy::tenant_scoped(global(countries))]
mod tables {
    diesel::table! {
        people (tenant_id, id) {
            tenant_id -> Text,
            id -> Integer,
            name -> Text,
            country -> Nullable<Text>,
            mark -> Text,
        }
    }

    diesel::table! {
        orders (tenant_id, id) {
            tenant_id -> Text,
            id -> Integer,
            person_id -> Integer,
            title -> Text,
            amount -> Integer,
            note -> Nullable<Text>,
            mark -> Text,
        }
    }

    diesel::table! {
        vouchers (tenant_id, id) {
            tenant_id -> Text,
            id -> Integer,
            code -> Text,
            uses -> Integer,
            mark -> Text,
        }
    }

    diesel::table! {
        dropped (tenant_id, id) {
            tenant_id -> Text,
            id -> Integer,
            mark -> Text,
        }
    }

    diesel::table! {
        countries (code) {
            code -> Text,
            name -> Text,
        }
    }

    diesel::joinable!(orders -> people (person_id));
    diesel::joinable!(people -> countries (country));
    diesel::allow_tables_to_appear_in_same_query!(people, orders, vouchers, countries);
}

pub(crate) use self::tables::{TENANT_TABLES, countries, dropped, orders, people, vouchers};
