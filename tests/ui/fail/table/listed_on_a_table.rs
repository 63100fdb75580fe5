//! A list on a single table names nothing but itself.

#[tenancy::tenant_scoped(global(countries))]
diesel::table! {
    orders (id) {
        id -> Integer,
        title -> Text,
    }
}

fn main() {}
