//! A table is listed by its name, which is no string.

#[tenancy::tenant_scoped(global("countries"))]
mod schema {
    diesel::table! {
        countries (code) {
            code -> Text,
        }
    }
}

fn main() {}
