//! From a request to the identifier of a tenant. Nothing here knows of databases, or of actix.

mod error;
mod head;
mod header;
mod resolver;

pub use self::error::ResolveError;
pub use self::head::{Headers, RequestHead};
pub use self::header::HeaderResolver;
pub use self::resolver::{Resolution, TenantResolver};
