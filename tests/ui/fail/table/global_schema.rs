//! A table is listed by its name in Rust, which has no schema.

#[tenancy::tenant_scoped(global(public.countries))]
mod schema {
    diesel::table! {
        countries (code) {
            code -> Text,
        }
    }
}

fn main() {}
