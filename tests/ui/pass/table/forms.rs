//! The forms in which a table can be declared.

#![deny(warnings)]

mod one {
    #[tenancy::tenant_scoped]
    diesel::table! {
        orders (id) {
            id -> Integer,
            tenant_id -> Text,
        }
    }
}

mod shadowed {
    use tenancy::schema as diesel;

    diesel::table! {
        orders (id) {
            id -> Integer,
            tenant_id -> Text,
        }
    }

    #[tenancy::tenant_scoped(global)]
    diesel::table! {
        countries (code) {
            code -> Text,
        }
    }
}

#[tenancy::tenant_scoped]
mod inline {
    diesel::table! {
        orders (id) {
            id -> Integer,
            tenant_id -> Text,
        }
    }

    diesel::table! {
        /// Items of an order.
        #[allow(non_snake_case)]
        items (order_id, position) {
            /// The order.
            order_id -> Integer,
            tenant_id -> Text,
            position -> SmallInt,
        }
    }

    diesel::joinable!(items -> orders (order_id));
    diesel::allow_tables_to_appear_in_same_query!(items, orders);
}

mod included {
    use tenancy::schema as diesel;
    include!("../../support/printed.rs");
}

#[tenancy::tenant_scoped(column = "org_id", global(plans), without_column(settings))]
mod included_with_options {
    use tenancy::schema as diesel;
    include!("../../support/printed_org.rs");
}

#[tenancy::tenant_scoped(column = org_id, global(plans), without_column(settings))]
mod options {
    use diesel::table;

    table! {
        orders (id) {
            id -> Integer,
            org_id -> BigInt,
        }
    }

    // What stands on a table is said for that table.
    #[tenancy::tenant_scoped(column = "owner")]
    table! {
        invoices (id) {
            id -> Integer,
            owner -> Integer,
        }
    }

    table! {
        plans (id) {
            id -> Integer,
        }
    }

    table! {
        settings (key) {
            key -> Text,
        }
    }
}

fn names(tables: &[tenancy::query::TableInfo]) -> Vec<&str> {
    tables.iter().map(|table| table.name()).collect()
}

fn main() {
    assert_eq!(names(inline::TENANT_TABLES), ["orders", "items"]);
    assert_eq!(names(options::TENANT_TABLES), ["orders", "settings"]);
    assert_eq!(
        names(tenancy::tables![one::orders, shadowed::orders, included::orders, options::invoices]),
        ["orders", "orders", "orders", "invoices"]
    );
    let _ = (shadowed::countries::table, options::plans::table, included_with_options::plans::table);
    let _ = tenancy::tables![included_with_options::orders, included_with_options::settings];
    assert_eq!(tenancy::tables![options::invoices][0].column(), Some("owner"));
    assert_eq!(tenancy::tables![options::settings][0].column(), None);
}
