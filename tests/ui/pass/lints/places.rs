//! Tables in a function, behind a macro, and under `no_implicit_prelude`.

#![deny(warnings)]

macro_rules! table_named {
    ($name:ident) => {
        #[tenancy::tenant_scoped]
        diesel::table! {
            $name (id) {
                id -> Integer,
                tenant_id -> Text,
            }
        }
    };
}

table_named!(orders);

#[no_implicit_prelude]
mod bare {
    #[::tenancy::tenant_scoped]
    ::diesel::table! {
        orders (id) {
            id -> Integer,
            tenant_id -> Text,
        }
    }
}

fn main() {
    mod inner {
        #[tenancy::tenant_scoped]
        diesel::table! {
            notes (id) {
                id -> Integer,
                tenant_id -> Text,
            }
        }
    }

    let _ = (orders::table, bare::orders::table, inner::notes::table);
}
