//! A world: one application with two tenants, `acme` and `globex`, on one backend under one isolation.
//! Every world has databases of its own, so tests run side by side.

pub mod asked;
pub mod moved;
pub mod mysql;
pub mod pooler;
pub mod postgres;
pub mod proxy;
pub mod sqlite;

use tenancy::tenant::TenantId;
use tenancy::{NewTenant, Supported, Tenancy, Tenant};

/// Registers a tenant whose id no other world has.
pub async fn register<B: Supported>(tenancy: &Tenancy<B>, slug: &str) -> Tenant {
    let tenant = NewTenant::new(slug).unwrap().id(unique_id(slug));
    tenancy.register_tenant(tenant).await.unwrap()
}

/// An id that begins with `slug` and that no other world has: databases of a server share their names.
pub fn unique_id(slug: &str) -> TenantId {
    let unique = uuid::Uuid::now_v7().simple().to_string();
    TenantId::try_from(format!("{slug}-{}", &unique[20..])).unwrap()
}
