//! The expansion triggers none of the lints that a strict crate turns on.

#![deny(warnings)]
#![deny(
    future_incompatible,
    let_underscore,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    nonstandard_style,
    redundant_lifetimes,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unreachable_pub,
    unused,
    unused_import_braces,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
#![forbid(unsafe_code)]

use diesel::prelude::*;

/// The tables.
#[tenancy::tenant_scoped(global(countries))]
pub mod schema {
    diesel::table! {
        /// What was ordered.
        orders (tenant_id, id) {
            /// The number.
            id -> Integer,
            /// Whose it is.
            tenant_id -> Text,
            /// What it says.
            #[max_length = 20]
            title -> Nullable<Text>,
        }
    }

    diesel::table! {
        /// Where to.
        countries (code) {
            /// Two letters.
            code -> Text,
        }
    }

    diesel::allow_tables_to_appear_in_same_query!(orders, countries);
}

/// The same from a file.
#[allow(missing_docs, reason = "the file is printed")]
pub mod included {
    use tenancy::schema as diesel;
    include!("../../support/printed_scoped.rs");
}

/// The same with options.
#[tenancy::tenant_scoped(column = "tenant_id")]
#[allow(missing_docs, reason = "the file is printed")]
pub mod included_with_options {
    use tenancy::schema as diesel;
    include!("../../support/printed_scoped.rs");
}

use schema::orders;

/// An order.
#[tenancy::tenant_scoped]
#[derive(Debug, Queryable, Selectable)]
pub struct Order {
    /// The number.
    pub id: i32,
    /// What it says.
    pub title: Option<String>,
}

/// A new order.
#[derive(Debug, Insertable, tenancy::TenantScoped)]
#[diesel(table_name = orders)]
pub struct NewOrder {
    /// What it says.
    pub title: String,
}

fn main() {
    let found = Order::find::<_, diesel::sqlite::Sqlite>(1);
    drop(found);
}
