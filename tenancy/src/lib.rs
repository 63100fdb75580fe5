//! Multi-tenancy for Diesel and actix-web: a query that could reach another tenant's rows does not
//! compile, and whatever slips past the compiler fails closed.
//!
//! # Where to find things
//!
//! - **Tables and models**: [`tenant_scoped`] on a `diesel::table!`, on a module of them, or on a model;
//!   [`schema`] leaves the file of `diesel print-schema` as it is.
//! - **Writes**: [`insert_into`], [`update`], [`delete`] take what Diesel's take; the types of their
//!   statements are in [`query`].
//! - **The tenant in context**: [`TenantContext`]; [`spawn`], [`InTenant`] and [`JoinSetExt`] to take it along,
//!   [`CapturedTenant`] to another process; [`RequestContext`] for values; [`across_tenants`] for reports.
//! - **An application**: [`Tenancy::builder`], and [`TenantDb`] to work with.
//! - **The database's own walls**: [`inspect`], on PostgreSQL.
//! - **HTTP**: [`web`], with the feature `actix`; [`resolve`] for how a request names its tenant.
//! - **Rate limits and quotas**: [`limit`], with the feature `limit`.
//! - **Your tests**: `testing`, with the feature of that name.
//! - **Tenants**: [`tenant`], [`store`], and the verbs on [`Tenancy`].
//! - **The audit log**: [`audit`].
//!
//! The guides are in the repository's `docs/`.
//!
//! # Features
//!
//! | Feature | What it brings |
//! |---|---|
//! | `postgres` | PostgreSQL through diesel-async: `column`, `rls`, `schema`, `database` |
//! | `sqlite` | SQLite, bundled: `column`, and one file per tenant |
//! | `mysql` | MySQL and MariaDB through diesel-async: `column`, and one database per tenant |
//! | `actix` | the middleware and the extractors |
//! | `ws` | WebSockets in the tenant's scope, through actix-ws |
//! | `jwt` | the tenant in a JSON Web Token |
//! | `jwks` | `jwt`, and the issuer's keys from a URL |
//! | `cache` | the registry's tenants kept in memory |
//! | `file` | a registry in a TOML or JSON file |
//! | `limit` | [`limit`](crate::limit): rate limits and quotas |
//! | `redis` | tenants, and rate limits, in a Redis that processes share |
//! | `seal` | [`seal`](crate::seal): tenants' secrets encrypted in the registry, and keys that change |
//! | `testing` | [`testing`](crate::testing): two tenants for an application's own tests |
//!
//! At least one of `postgres`, `sqlite` and `mysql` is needed. Where several are on, [`DefaultBackend`] is the first
//! of them, and the modules of their names have the others' types.

#[cfg(not(any(feature = "mysql", feature = "postgres", feature = "sqlite")))]
compile_error!("tenancy needs a database: turn on the feature `postgres`, `sqlite` or `mysql`");

pub mod audit;
mod config;
mod context;
mod db;
mod error;
mod isolation;
mod lifecycle;
#[cfg(feature = "limit")]
pub mod limit;
mod macros;
mod migrate;
#[cfg(feature = "mysql")]
pub mod mysql;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod prelude;
pub mod query;
#[cfg(feature = "redis")]
mod redis_link;
pub mod resolve;
#[cfg(feature = "seal")]
pub mod seal;
#[cfg(feature = "sqlite")]
pub mod sqlite;
pub mod store;
mod tenancy;
pub mod tenant;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "actix")]
pub mod web;

#[doc(inline)]
pub use self::config::{ConfigError, Supported, TenancyBuilder};
#[doc(inline)]
pub use self::context::{
    CapturedTenant, InScope, InTenant, JoinSetExt, RequestContext, ScopeError, TenantContext, across_tenants,
    spawn, spawn_blocking, spawn_local,
};
#[doc(inline)]
pub use self::db::{Backend, ConnectionError, DefaultBackend, TenantDb, TenantTransactions};
#[doc(inline)]
pub use self::error::TenancyError;
pub use self::isolation::inspect;
#[doc(inline)]
pub use self::isolation::{IsolationError, PlaceNames, Provision, RelocateError};
#[doc(inline)]
pub use self::lifecycle::{LifecycleError, Relocate};
#[doc(inline)]
pub use self::migrate::{MigrateError, MigrationReport, MigrationStatus, Migrations};
#[doc(inline)]
pub use self::query::{delete, dsl, insert_into, on_constraint, raw_sql, raw_sql_count, update};
#[doc(inline)]
pub use self::tenancy::Tenancy;
#[doc(inline)]
pub use self::tenant::{Isolation, NewTenant, Tenant};

pub use self::macros::{TenantScoped, tenant_scoped};

/// What `use tenancy::schema as diesel` puts in Diesel's place: Diesel itself, with a `table!` whose
/// tables belong to tenants.
///
/// ```
/// # #[cfg(any())]
/// mod schema {
///     use tenancy::schema as diesel;
///     include!("schema.rs");
/// }
/// ```
pub mod schema {
    pub use crate::alias;
    pub use diesel::*;
    pub use tenancy_macros::table;
}

#[doc(hidden)]
pub mod __private {
    pub use diesel;
    pub use tenancy_macros::__table_with as table_with;

    /// What a file of `diesel print-schema` names, but for `table`: a glob import of that would contend with
    /// the `table` which the module form of `#[tenant_scoped]` puts beside it.
    pub mod diesel_without_table {
        pub use crate::alias;
        #[cfg(feature = "mysql")]
        pub use diesel::mysql;
        #[cfg(feature = "postgres")]
        pub use diesel::pg;
        #[cfg(feature = "sqlite")]
        pub use diesel::sqlite;
        pub use diesel::{
            allow_columns_to_appear_in_same_group_by_clause, allow_tables_to_appear_in_same_query,
            associations, backend, data_types, declare_sql_function, define_sql_function, deserialize, dsl,
            expression, expression_methods, helper_types, insertable, joinable, prelude, query_builder,
            query_dsl, query_source, result, serialize, sql_types, upsert,
        };
    }

    pub use crate::query::{
        AliasedField, CarriesTenant, CopiesInScope, DieselWrite, Itself, Keyed, Named, PlainTable,
        ReadInScope, ScopedFrom, ScopedTable, TableInfo, TenantColumn, TenantKeyColumn, Unkeyed, Writable,
        push_column, push_star,
    };
}
