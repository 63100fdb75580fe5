//! One key of a JWKS document (RFC 7517, RFC 7518, RFC 8037).

use serde_json::{Map, Value};

use super::algorithm::{JwtAlgorithm, KeyKind};
use super::material::Material;
use super::strict;
use super::verifying::VerifyingKey;

/// Whose word a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// Ours: it may hold secrets.
    Configuration,
    /// An issuer's, over a network. A secret in it would be known to everybody who can fetch it.
    Issuer,
}

/// What became of a key of a document.
pub(super) enum Outcome {
    Key(VerifyingKey),
    /// It is for something else than signatures.
    NotForSignatures,
    Unusable(String),
}

/// Reads a key. `algorithms` are for a key that names none: those that work with a key of its kind.
pub(super) fn read(key: &Value, algorithms: &[JwtAlgorithm], origin: Origin) -> Outcome {
    let Value::Object(key) = key else { return Outcome::Unusable("is no JSON object".to_owned()) };
    if !is_for_signatures(key) {
        return Outcome::NotForSignatures;
    }
    match usable(key, algorithms, origin) {
        Ok(key) => Outcome::Key(key),
        Err(problem) => Outcome::Unusable(problem),
    }
}

/// `use` and `key_ops`, where they are there.
fn is_for_signatures(key: &Map<String, Value>) -> bool {
    let by_use = key.get("use").is_none_or(|it| it == "sig");
    let by_operations = key.get("key_ops").is_none_or(|operations| {
        operations.as_array().is_some_and(|list| list.iter().any(|operation| operation == "verify"))
    });
    by_use && by_operations
}

fn usable(
    key: &Map<String, Value>,
    algorithms: &[JwtAlgorithm],
    origin: Origin,
) -> Result<VerifyingKey, String> {
    let id = match key.get("kid") {
        None => None,
        Some(Value::String(id)) => Some(id.clone()),
        Some(_) => return Err("has a `kid` that is no text".to_owned()),
    };
    let own = match key.get("alg") {
        None => None,
        Some(Value::String(name)) => {
            let known = JwtAlgorithm::from_name(name);
            Some(known.ok_or("has an `alg` that is not supported")?)
        }
        Some(_) => return Err("has an `alg` that is no text".to_owned()),
    };
    let kind = kind(key)?;
    if kind == KeyKind::Secret && origin == Origin::Issuer {
        return Err("is a secret that came over the network".to_owned());
    }
    if kind != KeyKind::Secret && key.contains_key("d") {
        return Err("shows its private part".to_owned());
    }
    let fitting = |algorithm: &JwtAlgorithm| algorithm.kind() == kind;
    let algorithms = match own {
        Some(algorithm) => vec![algorithm],
        None => algorithms.iter().copied().filter(fitting).collect(),
    };
    let material = match kind {
        KeyKind::Secret => Material::secret(&part(key, "k")?, &algorithms),
        KeyKind::Rsa => Material::rsa(&part(key, "n")?, &part(key, "e")?),
        KeyKind::P256 | KeyKind::P384 => Material::point(&point(key)?),
        KeyKind::Ed25519 => Material::ed25519(&part(key, "x")?),
    }?;
    // The point says by its length on which curve it is; `crv` has to say the same.
    if material.kind != kind {
        return Err("has coordinates that are not of its curve".to_owned());
    }
    VerifyingKey::new(id, algorithms, material)
}

fn kind(key: &Map<String, Value>) -> Result<KeyKind, String> {
    let text = |name: &str| key.get(name).and_then(Value::as_str);
    match (text("kty"), text("crv")) {
        (Some("oct"), _) => Ok(KeyKind::Secret),
        (Some("RSA"), _) => Ok(KeyKind::Rsa),
        (Some("EC"), Some("P-256")) => Ok(KeyKind::P256),
        (Some("EC"), Some("P-384")) => Ok(KeyKind::P384),
        (Some("OKP"), Some("Ed25519")) => Ok(KeyKind::Ed25519),
        _ => Err("has a `kty` or `crv` that is not supported".to_owned()),
    }
}

fn part(key: &Map<String, Value>, name: &'static str) -> Result<Vec<u8>, String> {
    let text = key.get(name).and_then(Value::as_str);
    text.and_then(|text| strict::decode(text.as_bytes()))
        .ok_or_else(|| format!("has no `{name}` in base64url without padding"))
}

fn point(key: &Map<String, Value>) -> Result<Vec<u8>, String> {
    let (x, y) = (part(key, "x")?, part(key, "y")?);
    if x.len() != y.len() {
        return Err("has coordinates of two lengths".to_owned());
    }
    Ok([&[4], x.as_slice(), y.as_slice()].concat())
}
