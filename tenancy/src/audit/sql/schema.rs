//! The log's table, once for every backend.

// `table!` makes a public module, and what its columns are made of cannot be less; `sql` keeps it inside.
#![allow(unreachable_pub, missing_docs, reason = "the room's face does not export the table")]

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::store::Moment;

    tenancy_audit (tenant, seq) {
        tenant -> Text,
        seq -> BigInt,
        at -> Moment,
        actor_kind -> Text,
        actor_id -> Nullable<Text>,
        actor_name -> Nullable<Text>,
        action -> Text,
        resource_kind -> Nullable<Text>,
        resource_id -> Nullable<Text>,
        details -> Text,
        ip -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        request_id -> Nullable<Text>,
        scheme -> Text,
        previous -> Binary,
        hash -> Binary,
    }
}
