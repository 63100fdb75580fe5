//! A key ready for use, and the choice among several.

use std::fmt;
use std::sync::Arc;

use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER as AWS_LC;

use super::algorithm::JwtAlgorithm;
use super::material::Material;
use super::refusals;
use super::token::Token;
use crate::resolve::Refusal;

/// A key, its id if it has one, and the algorithms it may be used with.
pub(super) struct VerifyingKey {
    id: Option<String>,
    algorithms: Vec<JwtAlgorithm>,
    material: Material,
}

impl VerifyingKey {
    /// # Errors
    /// Where an algorithm does not work with a key of this kind, or there is none.
    pub(super) fn new(
        id: Option<String>,
        algorithms: Vec<JwtAlgorithm>,
        material: Material,
    ) -> Result<Self, String> {
        if algorithms.is_empty() {
            return Err("has no algorithm: name at least one it may be used with".to_owned());
        }
        if let Some(other) = algorithms.iter().find(|algorithm| algorithm.kind() != material.kind) {
            return Err(format!("is {}: {other} works with {}", material.kind, other.kind()));
        }
        Ok(Self { id, algorithms, material })
    }

    fn allows(&self, algorithm: JwtAlgorithm) -> bool {
        self.algorithms.contains(&algorithm)
    }

    /// Whether the token's signature is of this key, by an algorithm it may be used with.
    pub(super) fn verifies(&self, token: &Token<'_>) -> bool {
        // The provider by name: jsonwebtoken's default panics where an application turns on both of its backends.
        self.allows(token.algorithm)
            && (AWS_LC.verifier_factory)(&token.algorithm.into(), &self.material.key)
                .is_ok_and(|verifier| verifier.verify(token.message, &token.signature).is_ok())
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("id", &self.id)
            .field("algorithms", &self.algorithms)
            .finish_non_exhaustive()
    }
}

/// The keys of one configuration, or of one answer of the issuer.
#[derive(Debug, Default)]
pub(super) struct KeySet(Vec<Arc<VerifyingKey>>);

/// Why there is no key for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoKey {
    /// No key has the token's id: a newer set may have it.
    Unknown,
    /// There are keys, and none may be used with the token's algorithm.
    Algorithm,
    /// More than one key fits.
    Ambiguous,
}

impl From<NoKey> for Refusal {
    fn from(none: NoKey) -> Self {
        match none {
            NoKey::Unknown => refusals::KEY_UNKNOWN,
            NoKey::Algorithm => refusals::ALGORITHM,
            NoKey::Ambiguous => refusals::KEY_AMBIGUOUS,
        }
    }
}

impl KeySet {
    pub(super) fn new(keys: Vec<VerifyingKey>) -> Self {
        Self(keys.into_iter().map(Arc::new).collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The ids that more than one key has, for the same algorithm; `None` where two have none.
    pub(super) fn repeated_ids(&self) -> Vec<Option<&str>> {
        let same = |one: &VerifyingKey, other: &VerifyingKey| {
            one.id == other.id && one.algorithms.iter().any(|algorithm| other.allows(*algorithm))
        };
        let repeated = |at: &usize| self.0[..*at].iter().any(|earlier| same(earlier, &self.0[*at]));
        (0..self.0.len()).filter(repeated).map(|at| self.0[at].id.as_deref()).collect()
    }

    /// The one key for a token. Its id is compared and nothing else is done with it.
    ///
    /// A key without an id fits any: an issuer may put ids into its tokens that the configuration does not repeat.
    pub(super) fn choose(
        &self,
        id: Option<&str>,
        algorithm: JwtAlgorithm,
    ) -> Result<Arc<VerifyingKey>, NoKey> {
        if self.0.is_empty() {
            return Err(NoKey::Unknown);
        }
        let Some(id) = id else {
            return self.only(algorithm, |_| true);
        };
        let is_named = |key: &VerifyingKey| key.id.as_deref() == Some(id);
        if self.0.iter().any(|key| is_named(key)) {
            return self.only(algorithm, is_named);
        }
        self.only(algorithm, |key| key.id.is_none()).map_err(|none| match none {
            NoKey::Algorithm => NoKey::Unknown,
            other => other,
        })
    }

    fn only(
        &self,
        algorithm: JwtAlgorithm,
        is_meant: impl Fn(&VerifyingKey) -> bool,
    ) -> Result<Arc<VerifyingKey>, NoKey> {
        let mut fitting = self.0.iter().filter(|key| is_meant(key) && key.allows(algorithm));
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(Arc::clone(key)),
            (None, _) => Err(NoKey::Algorithm),
            (Some(_), Some(_)) => Err(NoKey::Ambiguous),
        }
    }
}
