//! From a request to the identifier of a tenant. Nothing here knows of databases, or of actix.

mod chain;
mod config;
mod cookie;
mod domain;
mod error;
mod found;
mod head;
mod header;
mod host;
mod identifier;
#[cfg(feature = "jwt")]
mod jwt;
#[cfg(feature = "jwt")]
mod jwt_config;
mod link;
mod own;
mod path;
mod query;
mod refusal;
mod resolved;
mod resolver;
mod subdomain;
#[cfg(test)]
mod tests;
mod token;

pub use self::chain::ChainResolver;
pub use self::config::ResolveConfig;
pub use self::cookie::CookieResolver;
pub use self::domain::DomainResolver;
pub use self::error::ResolveError;
pub use self::found::{Found, TenantName};
pub use self::head::{Headers, RequestHead};
pub use self::header::HeaderResolver;
pub use self::host::TrustedProxies;
#[cfg(feature = "jwt")]
pub use self::jwt::{Jwks, JwksDocument, JwksError, JwksSource, JwtAlgorithm, JwtKey, JwtKeys, JwtResolver};
pub use self::link::Link;
pub use self::own::{ResolveWith, resolve_with};
pub use self::path::PathResolver;
#[cfg(feature = "actix")]
pub(crate) use self::path::is_straight;
pub use self::query::QueryResolver;
pub use self::refusal::Refusal;
pub use self::resolved::Resolved;
pub use self::resolver::{Resolution, TenantResolver};
pub use self::subdomain::SubdomainResolver;
