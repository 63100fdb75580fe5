//! The keys that an issuer publishes.

mod fetched;
mod flight;
#[cfg(feature = "jwks")]
mod http;
mod settings;
mod source;

pub(super) use self::fetched::FetchedKeys;
pub use self::settings::Jwks;
pub use self::source::{JwksError, JwksSource};
