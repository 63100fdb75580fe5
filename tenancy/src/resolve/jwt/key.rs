//! A key of the configuration.

use std::fmt;

use secrecy::{ExposeSecret, SecretSlice, SecretString};

use super::algorithm::JwtAlgorithm;
use super::material::Material;
use super::pem;
use super::verifying::VerifyingKey;

/// One key that tokens are signed with, and the algorithms it may be used with.
///
/// What is wrong with it is a problem when the application starts; the constructors do not fail.
#[derive(Clone)]
pub struct JwtKey {
    id: Option<String>,
    algorithms: Vec<JwtAlgorithm>,
    material: Result<Material, String>,
}

impl JwtKey {
    /// A secret that the issuer has too, as text: its bytes are the key. For HS256, HS384 and HS512.
    ///
    /// It must be random, and as long as the longest hash among the algorithms: 32, 48 or 64 bytes.
    pub fn secret(
        algorithms: impl IntoIterator<Item = JwtAlgorithm>,
        secret: impl Into<SecretString>,
    ) -> Self {
        Self::from_secret(algorithms, secret.into().expose_secret().as_bytes())
    }

    /// A secret as [`secret`](Self::secret) has it, of any bytes.
    pub fn secret_bytes(
        algorithms: impl IntoIterator<Item = JwtAlgorithm>,
        secret: impl Into<SecretSlice<u8>>,
    ) -> Self {
        Self::from_secret(algorithms, secret.into().expose_secret())
    }

    fn from_secret(algorithms: impl IntoIterator<Item = JwtAlgorithm>, secret: &[u8]) -> Self {
        let algorithms: Vec<_> = algorithms.into_iter().collect();
        Self { id: None, material: Material::secret(secret, &algorithms), algorithms }
    }

    /// A public key in PEM (`BEGIN PUBLIC KEY`, or `BEGIN RSA PUBLIC KEY`): RSA, P-256, P-384 or Ed25519.
    pub fn pem(algorithms: impl IntoIterator<Item = JwtAlgorithm>, pem: impl AsRef<[u8]>) -> Self {
        let algorithms: Vec<_> = algorithms.into_iter().collect();
        let kind = algorithms.first().map(|algorithm| algorithm.kind());
        Self { id: None, material: pem::read(pem.as_ref(), kind), algorithms }
    }

    /// The key's id: what tokens that it signs have as `kid`.
    ///
    /// A key without an id fits any token whose `kid` no other key has.
    #[must_use]
    pub fn id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    pub(super) fn check(self) -> Result<VerifyingKey, String> {
        let name = match &self.id {
            Some(id) => format!("the JWT key `{id}`"),
            None => "the JWT key without an id".to_owned(),
        };
        self.material
            .and_then(|material| VerifyingKey::new(self.id, self.algorithms, material))
            .map_err(|problem| format!("{name} {problem}"))
    }
}

impl fmt::Debug for JwtKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtKey")
            .field("id", &self.id)
            .field("algorithms", &self.algorithms)
            .finish_non_exhaustive()
    }
}
