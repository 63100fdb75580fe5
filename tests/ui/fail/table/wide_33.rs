//! More columns than Diesel is built for.

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
        c15 -> Integer,
        c16 -> Integer,
        c17 -> Integer,
        c18 -> Integer,
        c19 -> Integer,
        c20 -> Integer,
        c21 -> Integer,
        c22 -> Integer,
        c23 -> Integer,
        c24 -> Integer,
        c25 -> Integer,
        c26 -> Integer,
        c27 -> Integer,
        c28 -> Integer,
        c29 -> Integer,
        c30 -> Integer,
        c31 -> Integer,
    }
}

fn main() {}
