//! Tables that are there under a condition, with the lists and the implementations that go with them.

#![deny(warnings)]

use diesel::QueryDsl;

#[tenancy::tenant_scoped(global(countries, planets))]
mod schema {
    diesel::table! {
        orders (id) {
            id -> Integer,
            tenant_id -> Text,
        }
    }

    #[cfg(any())]
    diesel::table! {
        never (id) {
            id -> Integer,
            tenant_id -> Text,
        }
    }

    #[cfg_attr(all(), cfg(any()))]
    #[allow(dead_code)]
    diesel::table! {
        nor_this (id) {
            id -> Integer,
            tenant_id -> Text,
        }
    }

    diesel::table! {
        #[cfg(any())]
        inside (id) {
            id -> Integer,
            tenant_id -> Text,
        }
    }

    // The same name, under one condition and under the other.
    #[cfg(all())]
    diesel::table! {
        customers (id) {
            id -> Integer,
            tenant_id -> Text,
        }
    }
    #[cfg(any())]
    diesel::table! {
        customers (id) {
            id -> Integer,
            tenant_id -> Text,
            name -> Text,
        }
    }

    #[cfg(any())]
    diesel::table! {
        countries (code) {
            code -> Text,
        }
    }

    diesel::table! {
        #[cfg(any())]
        planets (code) {
            code -> Text,
        }
    }

    diesel::allow_tables_to_appear_in_same_query!(orders, customers);
}

#[cfg(any())]
#[tenancy::tenant_scoped(global)]
diesel::table! {
    moons (code) {
        code -> Text,
    }
}

#[tenancy::tenant_scoped]
#[cfg(any())]
diesel::table! {
    nowhere (id) {
        id -> Integer,
        tenant_id -> Text,
    }
}

fn main() {
    let names: Vec<_> = schema::TENANT_TABLES.iter().map(|table| table.name()).collect();
    assert_eq!(names, ["orders", "customers"]);
    let _ = |db: tenancy::sqlite::TenantDb| drop((db, schema::orders::table.select(schema::orders::id)));
}
