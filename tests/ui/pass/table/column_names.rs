//! Columns that are called like what the expansion binds: a column is a value, and as a pattern no name.

#![deny(warnings)]

use diesel::prelude::*;
use diesel::sqlite::Sqlite;

#[tenancy::tenant_scoped]
mod schema {
    diesel::table! {
        orders (id) {
            id -> Integer,
            tenant_id -> Text,
            out -> Text,
            rhs -> Integer,
            alias -> Text,
            column -> Text,
            key -> Text,
            values -> Text,
            left -> Text,
            right -> Text,
            value -> Text,
            keys -> Text,
            db -> Text,
            query -> Text,
            scope -> Text,
            this -> Text,
            source -> Text,
            on -> Text,
            other -> Text,
        }
    }
    diesel::table! {
        items (id) {
            id -> Integer,
            tenant_id -> Text,
            rhs -> Integer,
        }
    }

    diesel::joinable!(items -> orders (rhs));
    diesel::allow_tables_to_appear_in_same_query!(items, orders);
}

use schema::{items, orders};

fn runs<Q: diesel::query_builder::QueryFragment<Sqlite>>(_: Q) {}

fn main() {
    runs(orders::table.filter(orders::out.eq(orders::alias)).select((orders::rhs + 1, orders::column)));
    runs(orders::table.inner_join(items::table).select((orders::key, items::rhs)));
    let other = tenancy::alias!(orders as other);
    runs(other.filter(other.field(orders::values).eq("x")).select(other.field(orders::out)));
    runs(tenancy::update(orders::table.find(1)).set((orders::out.eq("x"), orders::rhs.eq(orders::rhs + 1))));
    runs(tenancy::insert_into(items::table).values((items::id.eq(1), items::rhs.eq(1))));
}
