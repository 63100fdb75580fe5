//! Tables that meet in one query: scoped ones, a global one, and one declared elsewhere.

#![deny(warnings)]

use diesel::prelude::*;
use diesel::sqlite::Sqlite;

mod elsewhere {
    use tenancy::schema as diesel;

    diesel::table! {
        notes (id) {
            id -> Integer,
            tenant_id -> Text,
            order_id -> Integer,
        }
    }
}

#[tenancy::tenant_scoped(global(countries, tenants))]
mod schema {
    use super::elsewhere::notes;

    diesel::table! {
        customers (id) {
            id -> Integer,
            tenant_id -> Text,
            country -> Nullable<Text>,
        }
    }

    diesel::table! {
        orders (id) {
            id -> Integer,
            tenant_id -> Text,
            customer_id -> Integer,
            title -> Text,
        }
    }

    diesel::table! {
        countries (code) {
            code -> Text,
        }
    }

    diesel::table! {
        tenants (id) {
            id -> Text,
            name -> Text,
        }
    }

    diesel::joinable!(orders -> customers (customer_id));
    diesel::joinable!(notes -> orders (order_id));
    diesel::joinable!(customers -> countries (country));
    // As `print-schema` writes it for a foreign key on the tenant column.
    diesel::joinable!(orders -> tenants (tenant_id));
    diesel::allow_tables_to_appear_in_same_query!(customers, orders, countries, tenants, notes);
}

use elsewhere::notes;
use schema::{countries, customers, orders, tenants};

fn runs<Q: diesel::query_builder::QueryFragment<Sqlite>>(_: Q) {}

fn main() {
    runs(orders::table.inner_join(customers::table.left_join(countries::table)));
    runs(customers::table.left_join(orders::table).select((
        customers::id,
        orders::title.nullable(),
        orders::tenant_id.nullable(),
    )));
    runs(notes::table.inner_join(orders::table.inner_join(customers::table)).select(customers::id));
    runs(orders::table.inner_join(tenants::table).select((orders::id, tenants::name)));
    runs(orders::table.left_join(notes::table.on(notes::order_id.eq(orders::id))).select(orders::id));
    runs(
        customers::table.filter(
            customers::id
                .eq_any(orders::table.select(orders::customer_id))
                .or(diesel::dsl::exists(orders::table.filter(orders::customer_id.eq(customers::id)))),
        ),
    );
    runs(
        orders::table.group_by(orders::customer_id).select((orders::customer_id, diesel::dsl::count_star())),
    );
    runs(orders::table.group_by(orders::tenant_id).select((orders::tenant_id, diesel::dsl::max(orders::id))));
    runs(orders::table.select(orders::id).union(notes::table.select(notes::order_id)));
    runs(
        orders::table.into_boxed::<Sqlite>().filter(orders::tenant_id.eq("acme")).or_filter(orders::id.eq(1)),
    );
    runs(diesel::insert_into(countries::table).values(countries::code.eq("xx")));
    runs(diesel::update(countries::table.find("xx")).set(countries::code.eq("yy")));
    runs(diesel::delete(countries::table));
    runs(
        tenancy::update(orders::table.filter(orders::id.eq_any(notes::table.select(notes::order_id))))
            .set(orders::title.eq("noted")),
    );
}
