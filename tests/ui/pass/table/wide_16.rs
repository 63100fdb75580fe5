//! A table of 16 columns.

#![deny(warnings)]

use diesel::prelude::*;

#[tenancy::tenant_scoped]
diesel::table! {
    wide (id) {
        id -> Integer,
        tenant_id -> Text,
        c01 -> Integer,
        c02 -> Integer,
        c03 -> Integer,
        c04 -> Integer,
        c05 -> Integer,
        c06 -> Integer,
        c07 -> Integer,
        c08 -> Integer,
        c09 -> Integer,
        c10 -> Integer,
        c11 -> Integer,
        c12 -> Integer,
        c13 -> Integer,
        c14 -> Integer,
    }
}

fn main() {
    let _ = wide::table.filter(wide::c14.eq(wide::id)).select(wide::all_columns);
    let _ = tenancy::delete(wide::table.find(1)).returning(wide::all_columns);
}
