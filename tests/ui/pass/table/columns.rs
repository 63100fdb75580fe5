//! What may stand inside a table.

#![deny(warnings)]

use diesel::prelude::*;
use diesel::query_source::{Column, SizeRestrictedColumn};

mod types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType, Clone, Copy, Debug)]
    #[diesel(postgres_type(name = "money"))]
    pub struct Amount;
}

mod schema {
    use tenancy::schema as diesel;

    diesel::table! {
        use diesel::sql_types::{Integer, Nullable, Text};
        use super::super::types::Amount;
        use crate::types::Amount as Price;

        /// What was ordered.
        #[allow(dead_code)]
        sales.orders (tenant_id, id) {
            /// The number within the tenant.
            id -> Integer,
            /// Whose it is.
            #[max_length = 63]
            tenant_id -> Text,
            #[max_length = 40]
            title -> Nullable<Text>,
            #[sql_name = "type"]
            kind -> Text,
            r#ref -> Text,
            total -> Amount,
            price -> Nullable<Price>,
            own -> crate::types::Amount,
        }
    }

    diesel::table! {
        #[sql_name = "order items"]
        items (owner) {
            #[sql_name = "tenant_id"]
            owner -> Text,
            #[sql_name = "the position"]
            position -> BigInt,
        }
    }

    diesel::table! {
        notes {
            id -> Integer,
            tenant_id -> Text,
        }
    }
}

use schema::{items, notes, orders};

fn main() {
    assert_eq!(orders::kind::NAME, "type");
    assert_eq!(orders::r#ref::NAME, "ref");
    assert_eq!(orders::title::MAX_LENGTH, 40);
    let info = tenancy::tables![orders][0];
    assert_eq!((info.schema(), info.name(), info.column()), (Some("sales"), "orders", Some("tenant_id")));

    // The tenant column in the key is the scope's to supply.
    let () = only_key(&orders::table.primary_key());
    let () = only_key(&notes::table.primary_key());

    let info = tenancy::tables![items][0];
    assert_eq!((info.name(), info.column()), ("order items", Some("tenant_id")));
    // A table with one row per tenant has no other key.
    let _ = items::table.find("acme").select(items::position + 1);
    let _ = orders::table.find(1).filter(orders::tenant_id.like("a%")).select(orders::all_columns);
}

fn only_key<K: diesel::Expression<SqlType = diesel::sql_types::Integer>>(_: &K) {}
