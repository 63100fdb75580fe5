//! A table that never heard of tenants.

use diesel::prelude::*;

diesel::table! {
    orders (id) {
        id -> Integer,
        tenant_id -> Text,
        title -> Text,
    }
}

#[tenancy::tenant_scoped]
#[derive(Queryable, Selectable)]
struct Order {
    id: i32,
    title: String,
}

fn main() {}
