//! The option names a column that no table of the module has.

#[tenancy::tenant_scoped(column = "organisation", global(countries))]
mod schema {
    diesel::table! {
        orders (id) {
            id -> Integer,
            org_id -> Text,
            title -> Text,
        }
    }

    diesel::table! {
        customers (id) {
            id -> Integer,
            org_id -> Text,
        }
    }

    diesel::table! {
        countries (code) {
            code -> Text,
        }
    }
}

fn main() {
    let _ = (schema::orders::table, schema::customers::table);
}
