//! The registry's table, once for every backend.
//!
//! The backends keep times and JSON under different SQL types. Two SQL types of our own stand for either, so
//! that one table, one row and one set of queries serve all of them.

// `table!` makes a public module, and what its columns are made of cannot be less; `sql` keeps it inside.
#![allow(unreachable_pub, missing_docs, reason = "the room's face does not export the table")]

use diesel::query_builder::QueryId;
use diesel::sql_types::SqlType;

/// A point in time: `timestamptz` on PostgreSQL, `datetime(6)` in UTC on MySQL, text on SQLite.
#[derive(Debug, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(mysql_type(name = "DateTime"))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Moment;

/// A JSON document: `jsonb` on PostgreSQL, text on MySQL and SQLite.
#[derive(Debug, SqlType, QueryId)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807))]
#[diesel(mysql_type(name = "String"))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Document;

// The registry belongs to no tenant: it says which tenants there are.
diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use super::{Document, Moment};

    tenancy_tenants (id) {
        id -> Text,
        identifier -> Text,
        name -> Text,
        status -> Text,
        isolation -> Nullable<Text>,
        relocation -> Nullable<Text>,
        metadata -> Document,
        database_url -> Nullable<Text>,
        schema_name -> Nullable<Text>,
        created_at -> Moment,
        updated_at -> Moment,
        version -> BigInt,
        folded_name -> Text,
    }
}

diesel::table! {
    tenancy_domains (domain) {
        domain -> Text,
        tenant -> Text,
    }
}

#[cfg(feature = "postgres")]
#[diesel::declare_sql_function]
extern "SQL" {
    /// What kind of JSON it is.
    fn jsonb_typeof(document: Document) -> diesel::sql_types::Text;
    /// The operator `||` under the name of its function.
    #[sql_name = "jsonb_concat"]
    fn merged_with(document: Document, patch: Document) -> Document;
}

diesel::joinable!(tenancy_domains -> tenancy_tenants (tenant));
diesel::allow_tables_to_appear_in_same_query!(tenancy_domains, tenancy_tenants);
