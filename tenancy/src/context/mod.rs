//! The tenant of the running task: entered by the middleware or by [`TenantContext::scope`], read by
//! every query that is built.

mod across;
mod application;
mod current;
mod error;
mod spawn;
mod tenant_context;

pub use self::across::across_tenants;
pub use self::error::ScopeError;
pub use self::spawn::{spawn, spawn_blocking, spawn_local};
pub use self::tenant_context::TenantContext;

pub(crate) use self::application::Application;
pub(crate) use self::current::Current;
