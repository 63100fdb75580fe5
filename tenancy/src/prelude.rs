//! What most files of an application import: `use tenancy::prelude::*;` beside `use diesel::prelude::*;`.

pub use diesel_async::{AsyncConnection as _, RunQueryDsl as _, SimpleAsyncConnection as _};

pub use crate::{InTenant as _, JoinSetExt as _};
pub use crate::{
    Isolation, Tenancy, TenancyError, Tenant, TenantContext, TenantDb, TenantScoped, across_tenants,
    tenant_scoped,
};
