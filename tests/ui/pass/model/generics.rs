//! Models with generics, tables and columns that are called like what the macro writes.

#![deny(warnings)]
#![allow(non_camel_case_types, non_snake_case, reason = "the names are there to be in the way")]

use diesel::deserialize::FromSqlRow;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use tenancy::tenant_scoped;

#[tenant_scoped]
mod schema {
    diesel::table! {
        orders (id) {
            id -> Integer,
            tenant_id -> Text,
            key -> Text,
            values -> Text,
        }
    }
    // Tables that are called like the generics.
    diesel::table! { PK (id) { id -> Integer, tenant_id -> Text, } }
    diesel::table! { DB (id) { id -> Integer, tenant_id -> Text, } }
    diesel::table! { V (id) { id -> Integer, tenant_id -> Text, } }
    diesel::table! { X (id) { id -> Integer, tenant_id -> Text, } }
}

use schema::{DB, PK, V, X};

mod globbed {
    // The columns `key` and `values` are values here, and as patterns no names.
    use super::schema::orders::{self, dsl::*};

    #[tenancy::tenant_scoped]
    #[derive(diesel::Queryable, diesel::Selectable, diesel::Insertable, diesel::Identifiable)]
    #[diesel(table_name = orders)]
    pub struct Order {
        pub id: i32,
        #[diesel(column_name = key)]
        pub key_of_it: String,
        #[diesel(column_name = values)]
        pub its_values: String,
    }

    pub fn columns() -> (key, values) {
        (key, values)
    }
}

macro_rules! generic {
    ($($name:ident<$($generic:ident),*> { $($field:ident: $column:ident),* })*) => {$(
        #[tenant_scoped]
        #[derive(Debug, Queryable, Selectable)]
        #[diesel(table_name = schema::orders)]
        pub struct $name<$($generic),*>
        where
            $($generic: FromSqlRow<Text, Sqlite>,)*
        {
            $(#[diesel(column_name = $column)] pub $field: $generic,)*
        }
    )*};
}

generic! {
    ByDb<DB> { a: key }
    ByPk<PK> { a: key }
    ByV<V> { a: key }
    ByX<X> { a: key }
    ByAll<PK, V> { a: key, b: values }
    ByEvery<DB, _DB> { a: key, b: values }
}

macro_rules! of_tables {
    ($($name:ident: $table:ident;)*) => {$(
        #[tenant_scoped]
        #[derive(Debug, Queryable, Selectable, Insertable, Identifiable)]
        #[diesel(table_name = $table)]
        pub struct $name {
            pub id: i32,
        }
    )*};
}

of_tables! {
    OfPk: PK;
    OfDb: DB;
    OfV: V;
    OfX: X;
}

mod constant {
    #[tenancy::tenant_scoped]
    #[derive(Debug, diesel::Queryable, diesel::Selectable)]
    #[diesel(table_name = super::schema::orders)]
    pub struct Fixed<const V: usize> {
        pub id: i32,
    }
}

fn runs<Q: diesel::query_builder::QueryFragment<Sqlite>>(_: Q) {}

fn main() {
    runs(globbed::Order::query::<Sqlite>());
    runs(globbed::Order::find::<_, Sqlite>(1));
    runs(globbed::Order::delete(1));
    let _ = globbed::columns();
    macro_rules! all {
        ($($model:ty),*) => {$(
            runs(<$model>::query::<Sqlite>());
            runs(<$model>::find::<_, Sqlite>(1));
            runs(<$model>::delete(1));
            runs(<$model>::update(1).set(schema::orders::key.eq("x")));
            runs(<$model>::create::<_, Sqlite>((schema::orders::id.eq(1), schema::orders::key.eq("x"))));
        )*};
    }
    all!(ByDb<String>, ByPk<String>, ByV<String>, ByX<String>, ByAll<String, String>, ByEvery<String, String>, constant::Fixed<3>);
    runs(OfPk::find::<_, Sqlite>(1));
    runs(OfDb::query::<Sqlite>());
    runs(OfV::create::<_, Sqlite>(&OfV { id: 1 }));
    runs(OfX::delete(1));
    let order = globbed::Order { id: 1, key_of_it: String::new(), its_values: String::new() };
    runs(globbed::Order::create::<_, Sqlite>(&order));
}
