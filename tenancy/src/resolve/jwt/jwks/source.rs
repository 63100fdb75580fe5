//! Where an issuer's keys come from.

use std::fmt;

use async_trait::async_trait;

/// Fetches an issuer's JWKS document. [`Jwks`](super::Jwks) asks it seldom, one call at a time, and keeps the answer.
///
/// With the feature `jwks` there is one over HTTP; write your own for another HTTP client, a file that something else
/// renews, or a test.
///
/// ```
/// use tenancy::resolve::{Jwks, JwksError, JwksSource};
///
/// #[derive(Debug)]
/// struct InFile(std::path::PathBuf);
///
/// #[async_trait::async_trait]
/// impl JwksSource for InFile {
///     async fn fetch(&self) -> Result<Vec<u8>, JwksError> {
///         std::fs::read(&self.0).map_err(|error| JwksError::new(error.to_string()))
///     }
/// }
///
/// let keys = Jwks::from_source(InFile("/run/keys/jwks.json".into()));
/// ```
#[async_trait]
pub trait JwksSource: fmt::Debug + Send + Sync + 'static {
    /// The document as it is now. It is read as one that came over a network: secrets in it (`"kty":"oct"`) are not used.
    async fn fetch(&self) -> Result<Vec<u8>, JwksError>;
}

/// Why an issuer's keys could not be fetched. It is for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct JwksError(String);

impl JwksError {
    /// `reason` must hold no secret: no address with a password, no header.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}
