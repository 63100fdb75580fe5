//! The tenant of the running task: entered by the middleware or by [`TenantContext::scope`], read by
//! every query that is built.

mod across;
mod application;
mod captured;
mod current;
mod entered;
mod error;
mod in_scope;
mod join_set;
mod request_context;
mod spawn;
mod tenant_context;

pub use self::across::across_tenants;
pub use self::captured::CapturedTenant;
pub use self::error::ScopeError;
pub use self::in_scope::{InScope, InTenant};
pub use self::join_set::JoinSetExt;
pub use self::request_context::RequestContext;
pub use self::spawn::{spawn, spawn_blocking, spawn_local};
pub use self::tenant_context::TenantContext;

pub(crate) use self::application::Application;
pub(crate) use self::current::Current;
