//! The resolver of tokens as a configuration has it.

use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;

#[cfg(feature = "jwks")]
use super::jwt::Jwks;
use super::jwt::{JwtAlgorithm, JwtKey, JwtKeys, JwtResolver};

/// Keys, each in `key`, or an issuer's in `jwks_url`.
#[derive(Clone, Deserialize)]
#[serde(try_from = "Written")]
pub(super) struct JwtConfig {
    keys: KeysConfig,
    rest: Rest,
}

#[derive(Clone)]
enum KeysConfig {
    Fixed(Vec<(KeyConfig, Material)>),
    #[cfg(feature = "jwks")]
    Url(String),
}

/// As it is written down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    key: Vec<KeyConfig>,
    jwks_url: Option<String>,
    #[serde(default)]
    issuer: Vec<String>,
    #[serde(default)]
    any_issuer: bool,
    #[serde(default)]
    audience: Vec<String>,
    #[serde(default)]
    any_audience: bool,
    claim: Option<String>,
    claim_path: Option<Vec<String>>,
    leeway_seconds: Option<u64>,
}

#[derive(Clone)]
struct Rest {
    issuers: Vec<String>,
    any_issuer: bool,
    audiences: Vec<String>,
    any_audience: bool,
    claim: Option<Vec<String>>,
    leeway: Option<Duration>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyConfig {
    id: Option<String>,
    algorithms: Vec<JwtAlgorithm>,
    secret: Option<SecretString>,
    pem: Option<String>,
}

#[derive(Clone)]
enum Material {
    Secret(SecretString),
    Pem(String),
}

impl TryFrom<Written> for JwtConfig {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let keys = match (written.jwks_url, written.key) {
            (None, keys) => KeysConfig::Fixed(keys.into_iter().map(with_material).collect::<Result<_, _>>()?),
            #[cfg(feature = "jwks")]
            (Some(url), keys) if keys.is_empty() => KeysConfig::Url(url),
            #[cfg(not(feature = "jwks"))]
            (Some(_), _) => return Err("`jwks_url` needs the feature `jwks`"),
            #[cfg(feature = "jwks")]
            (Some(_), _) => return Err("a source of tokens has keys of its own or a `jwks_url`, not both"),
        };
        let claim = match (written.claim, written.claim_path) {
            (Some(_), Some(_)) => return Err("a source of tokens has a `claim` or a `claim_path`, not both"),
            (Some(claim), None) => Some(claim.split('.').map(str::to_owned).collect()),
            (None, path) => path,
        };
        let rest = Rest {
            issuers: written.issuer,
            any_issuer: written.any_issuer,
            audiences: written.audience,
            any_audience: written.any_audience,
            claim,
            leeway: written.leeway_seconds.map(Duration::from_secs),
        };
        Ok(Self { keys, rest })
    }
}

fn with_material(mut key: KeyConfig) -> Result<(KeyConfig, Material), &'static str> {
    match (key.secret.take(), key.pem.take()) {
        (Some(secret), None) => Ok((key, Material::Secret(secret))),
        (None, Some(pem)) => Ok((key, Material::Pem(pem))),
        _ => Err("a key of tokens has a `secret` or a `pem`"),
    }
}

impl JwtConfig {
    pub(super) fn into_resolver(self) -> JwtResolver {
        let Rest { issuers, any_issuer, audiences, any_audience, claim, leeway } = self.rest;
        let mut resolver = JwtResolver::new(self.keys);
        resolver = issuers.into_iter().fold(resolver, JwtResolver::issuer);
        resolver = audiences.into_iter().fold(resolver, JwtResolver::audience);
        if any_issuer {
            resolver = resolver.any_issuer();
        }
        if any_audience {
            resolver = resolver.any_audience();
        }
        if let Some(claim) = claim {
            resolver = resolver.claim_path(claim);
        }
        match leeway {
            Some(leeway) => resolver.leeway(leeway),
            None => resolver,
        }
    }
}

impl From<KeysConfig> for JwtKeys {
    fn from(keys: KeysConfig) -> Self {
        match keys {
            KeysConfig::Fixed(keys) => keys.into_iter().map(key).collect::<Vec<_>>().into(),
            #[cfg(feature = "jwks")]
            KeysConfig::Url(url) => Jwks::from_url(url).into(),
        }
    }
}

fn key((KeyConfig { id, algorithms, .. }, material): (KeyConfig, Material)) -> JwtKey {
    let key = match material {
        Material::Secret(secret) => JwtKey::secret(algorithms, secret),
        Material::Pem(pem) => JwtKey::pem(algorithms, pem),
    };
    match id {
        Some(id) => key.id(id),
        None => key,
    }
}
