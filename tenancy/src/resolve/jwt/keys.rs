//! The keys a resolver believes.

use std::sync::Arc;

use super::algorithm::JwtAlgorithm;
use super::document::JwksDocument;
use super::jwks::{FetchedKeys, Jwks};
use super::key::JwtKey;
use super::verifying::{KeySet, VerifyingKey};
use crate::resolve::Refusal;

/// The keys a [`JwtResolver`](super::JwtResolver) believes: one [`JwtKey`] or several, a [`JwksDocument`], or what an
/// issuer publishes ([`Jwks`]).
#[derive(Debug)]
pub struct JwtKeys(Source);

#[derive(Debug)]
enum Source {
    Fixed { keys: KeySet, problems: Vec<String> },
    Fetched(FetchedKeys),
}

impl JwtKeys {
    fn fixed(keys: KeySet, mut problems: Vec<String>) -> Self {
        let repeated = |id: Option<&str>| match id {
            Some(id) => format!("two JWT keys have the id `{id}` and an algorithm in common"),
            None => "two JWT keys have an algorithm in common and no id: no token could say which of them"
                .to_owned(),
        };
        problems.extend(keys.repeated_ids().into_iter().map(repeated));
        if keys.len() == 0 && problems.is_empty() {
            problems.push("the JWT resolver has no key that verifies signatures".to_owned());
        }
        Self(Source::Fixed { keys, problems })
    }

    pub(super) fn problems(&self) -> &[String] {
        match &self.0 {
            Source::Fixed { problems, .. } => problems,
            Source::Fetched(keys) => keys.problems(),
        }
    }

    /// The one key for a token.
    pub(super) async fn choose(
        &self,
        id: Option<&str>,
        algorithm: JwtAlgorithm,
    ) -> Result<Arc<VerifyingKey>, Refusal> {
        match &self.0 {
            Source::Fixed { keys, .. } => Ok(keys.choose(id, algorithm)?),
            Source::Fetched(keys) => keys.choose(id, algorithm).await,
        }
    }
}

impl From<JwtKey> for JwtKeys {
    fn from(key: JwtKey) -> Self {
        [key].into()
    }
}

impl<const N: usize> From<[JwtKey; N]> for JwtKeys {
    fn from(keys: [JwtKey; N]) -> Self {
        Vec::from(keys).into()
    }
}

impl From<Vec<JwtKey>> for JwtKeys {
    fn from(keys: Vec<JwtKey>) -> Self {
        let (mut good, mut problems) = (Vec::new(), Vec::new());
        for key in keys {
            match key.check() {
                Ok(key) => good.push(key),
                Err(problem) => problems.push(problem),
            }
        }
        Self::fixed(KeySet::new(good), problems)
    }
}

impl From<JwksDocument> for JwtKeys {
    fn from(document: JwksDocument) -> Self {
        let (keys, problems) = document.check();
        Self::fixed(keys, problems)
    }
}

impl From<Jwks> for JwtKeys {
    fn from(jwks: Jwks) -> Self {
        Self(Source::Fetched(FetchedKeys::new(jwks)))
    }
}
