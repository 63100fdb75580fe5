//! work in progress
pub use tenancy_macros::{TenantScoped, tenant_scoped};

mod context;
mod error;
/// db
mod db;
/// Statements.
pub mod query;
/// Tenants.
pub mod tenant;

pub use context::*;
pub use db::TenantDb;
pub use query::raw_sql;
pub use query::{insert_into, update, delete, dsl};
pub use error::TenancyError;
pub use tenant::{Isolation, Tenant};

/// What `use tenancy::schema as diesel` puts in Diesel's place.
pub mod schema {
    pub use diesel::*;
    pub use tenancy_macros::table;
}

#[doc(hidden)]
pub mod __private {
    pub use diesel;
    pub use tenancy_macros::__table_with as table_with;

    pub use crate::query::{
        DieselWritesCarryNoTenant, Keyed, Never, ScopedFrom, ScopedTable, TableInfo, TenantColumnIsWrittenByTenancy,
        Unkeyed,
    };
}
