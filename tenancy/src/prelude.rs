//! What most files of an application import. Beside Diesel's own prelude `RunQueryDsl` needs its name, or its methods and
//! those of Diesel's contend:
//!
//! ```
//! use diesel::prelude::*;
//! use diesel_async::RunQueryDsl;
//! use tenancy::prelude::*;
//!
//! # #[tenant_scoped]
//! # mod schema {
//! #     diesel::table! { orders (id) { id -> Integer, tenant_id -> Text, title -> Text, } }
//! # }
//! # use schema::orders;
//! async fn title(db: &mut tenancy::sqlite::TenantDb, id: i32) -> Result<String, TenancyError> {
//!     Ok(orders::table.find(id).select(orders::title).first(db).await?)
//! }
//! ```

pub use diesel_async::{AsyncConnection as _, RunQueryDsl as _, SimpleAsyncConnection as _};

pub use crate::{InTenant as _, JoinSetExt as _};
pub use crate::{
    Isolation, Tenancy, TenancyError, Tenant, TenantContext, TenantDb, TenantScoped, across_tenants,
    tenant_scoped,
};
