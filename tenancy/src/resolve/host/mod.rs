//! The host a request came to: its grammar, and whose word counts for it.

#[cfg(feature = "actix")]
mod client;
mod forwarded;
mod name;
mod proxies;
mod source;

pub(super) use self::name::{HostName, MALFORMED};
pub use self::proxies::TrustedProxies;
pub(super) use self::source::HostSource;
