//! The tenant in a JSON Web Token (RFC 7519), and the keys that such tokens are signed with.

mod algorithm;
mod claims;
mod document;
mod jwk;
mod jwks;
mod key;
mod keys;
mod material;
mod pem;
mod refusals;
mod resolver;
mod strict;
#[cfg(test)]
mod tests;
mod token;
mod verifying;

pub use self::algorithm::JwtAlgorithm;
pub use self::document::JwksDocument;
pub use self::jwks::{Jwks, JwksError, JwksSource};
pub use self::key::JwtKey;
pub use self::keys::JwtKeys;
pub use self::resolver::JwtResolver;
