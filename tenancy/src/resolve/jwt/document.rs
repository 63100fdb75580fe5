//! A JWKS document (RFC 7517, 5).

use serde_json::Value;

use super::algorithm::JwtAlgorithm;
use super::jwk::{self, Origin, Outcome};
use super::strict;
use super::verifying::KeySet;

/// Longer documents are not read: 256 KiB, a hundred times what issuers publish.
pub(super) const LONGEST_DOCUMENT: usize = 256 * 1024;

/// The usable keys of a document, and what is wrong with the others.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) keys: KeySet,
    pub(super) unusable: Vec<String>,
}

impl Document {
    /// # Errors
    /// Where the whole is no JWKS document. It says nothing of the document's text.
    pub(super) fn read(
        json: &[u8],
        algorithms: &[JwtAlgorithm],
        origin: Origin,
    ) -> Result<Self, &'static str> {
        if json.len() > LONGEST_DOCUMENT {
            return Err("the JWKS document is longer than 262144 bytes");
        }
        let document = strict::object(json);
        let listed = document.as_ref().and_then(|document| document.get("keys")).and_then(Value::as_array);
        let listed =
            listed.ok_or("the JWKS document is no JSON object with a list `keys`, each name once")?;
        let (mut keys, mut unusable) = (Vec::new(), Vec::new());
        for (at, key) in listed.iter().enumerate() {
            match jwk::read(key, algorithms, origin) {
                Outcome::Key(key) => keys.push(key),
                Outcome::NotForSignatures => {}
                Outcome::Unusable(problem) => {
                    unusable.push(format!("key {} of the JWKS document {problem}", at + 1));
                }
            }
        }
        Ok(Self { keys: KeySet::new(keys), unusable })
    }
}

/// A JWKS document written by hand, or fetched by the application itself.
///
/// Each key is used with its `alg`; one that names none, with what its curve leaves, RSA with RS256, and a secret
/// with nothing, unless [`algorithms`](Self::algorithms) says otherwise. Keys for encryption are left out; anything
/// else that cannot be used is a problem when the application starts.
#[derive(Clone)]
pub struct JwksDocument {
    json: secrecy::SecretString,
    algorithms: Vec<JwtAlgorithm>,
}

impl JwksDocument {
    /// The document's text: `{"keys":[…]}`. It may hold secrets (`"kty":"oct"`).
    pub fn new(json: impl Into<secrecy::SecretString>) -> Self {
        Self { json: json.into(), algorithms: JwtAlgorithm::OF_PUBLIC_KEYS.to_vec() }
    }

    /// What keys that name no algorithm are used with: those of these that work with a key of their kind.
    #[must_use]
    pub fn algorithms(self, algorithms: impl IntoIterator<Item = JwtAlgorithm>) -> Self {
        Self { algorithms: algorithms.into_iter().collect(), ..self }
    }

    /// The keys, and every problem with them.
    pub(super) fn check(&self) -> (KeySet, Vec<String>) {
        use secrecy::ExposeSecret;

        let json = self.json.expose_secret().as_bytes();
        match Document::read(json, &self.algorithms, Origin::Configuration) {
            Ok(document) => (document.keys, document.unusable),
            Err(problem) => (KeySet::default(), vec![problem.to_owned()]),
        }
    }
}

impl std::fmt::Debug for JwksDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JwksDocument").field("algorithms", &self.algorithms).finish_non_exhaustive()
    }
}
