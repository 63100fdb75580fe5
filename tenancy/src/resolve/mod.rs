//! From a request to the identifier of a tenant. Nothing here knows of databases, or of actix.

mod error;
mod found;
mod head;
mod header;
mod refusal;
mod resolved;
mod resolver;

pub use self::error::ResolveError;
pub use self::found::{Found, TenantName};
pub use self::head::{Headers, RequestHead};
pub use self::header::HeaderResolver;
pub use self::refusal::Refusal;
pub use self::resolved::Resolved;
pub use self::resolver::{Resolution, TenantResolver};
