//! What the resolver makes of tokens. The keys are those of RFC 7515 and RFC 8037, which publish their private parts,
//! and two of openssl's for these tests alone.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod any_bytes;
mod claims;
mod configured;
mod documents;
mod forged;
mod rfc;
mod shapes;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::FutureExt;
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER as AWS_LC;
use jsonwebtoken::{Algorithm, EncodingKey};

use super::{JwtAlgorithm, JwtKey, JwtResolver};
use crate::resolve::{Headers, RequestHead, Resolution, TenantName, TenantResolver};

macro_rules! pem {
    ($name:literal) => {
        include_str!(concat!("keys/", $name, ".pem"))
    };
}
use pem;

const NOW: u64 = 1_800_000_000;

fn now() -> f64 {
    1_800_000_000.0
}

/// RFC 7515, A.1.1.
fn secret() -> Vec<u8> {
    unbase64("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn unbase64(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// Who signs.
#[derive(Clone, Copy)]
enum Signer {
    Secret,
    Rsa,
    P256,
    P384,
    Ed25519,
    /// Has a key that nobody believes.
    SomebodyElse,
}

impl Signer {
    fn key(self) -> EncodingKey {
        match self {
            Self::Secret => EncodingKey::from_secret(&secret()),
            Self::Rsa => EncodingKey::from_rsa_pem(pem!("rfc7515-a2").as_bytes()).unwrap(),
            Self::P256 => EncodingKey::from_ec_pem(pem!("rfc7515-a3").as_bytes()).unwrap(),
            Self::P384 => EncodingKey::from_ec_pem(pem!("p384").as_bytes()).unwrap(),
            Self::Ed25519 => EncodingKey::from_ed_pem(pem!("rfc8037-a1").as_bytes()).unwrap(),
            Self::SomebodyElse => EncodingKey::from_ec_pem(pem!("somebody-else").as_bytes()).unwrap(),
        }
    }

    /// A token of this header and these claims, as they are, with a signature by this algorithm.
    fn sign_by(self, algorithm: Algorithm, header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>) -> String {
        sign_with(&self.key(), algorithm, &format!("{}.{}", base64(header), base64(claims)))
    }

    /// By the algorithm that goes with the key.
    fn sign(self, header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>) -> String {
        let algorithm = match self {
            Self::Secret => Algorithm::HS256,
            Self::Rsa => Algorithm::RS256,
            Self::P256 | Self::SomebodyElse => Algorithm::ES256,
            Self::P384 => Algorithm::ES384,
            Self::Ed25519 => Algorithm::EdDSA,
        };
        self.sign_by(algorithm, header, claims)
    }
}

fn sign_with(key: &EncodingKey, algorithm: Algorithm, message: &str) -> String {
    let signature = (AWS_LC.signer_factory)(&algorithm, key).unwrap().try_sign(message.as_bytes()).unwrap();
    format!("{message}.{}", base64(signature))
}

/// What a good token says.
fn good_claims() -> String {
    good_claims_of("acme")
}

fn good_claims_of(tenant: &str) -> String {
    let exp = NOW + 60;
    format!(r#"{{"iss":"https://id.example","aud":"orders","exp":{exp},"tenant":"{tenant}"}}"#)
}

/// A key of each kind, with every algorithm that it can be used with.
fn all_keys() -> [JwtKey; 5] {
    use JwtAlgorithm::{ES256, ES384, EdDSA, HS256, HS384, HS512, PS256, PS384, PS512, RS256, RS384, RS512};

    let rsa = [RS256, RS384, RS512, PS256, PS384, PS512];
    [
        JwtKey::secret_bytes([HS256, HS384, HS512], secret()).id("secret"),
        JwtKey::pem(rsa, pem!("rfc7515-a2.pub")).id("rsa"),
        JwtKey::pem([ES256], pem!("rfc7515-a3.pub")).id("p256"),
        JwtKey::pem([ES384], pem!("p384.pub")).id("p384"),
        JwtKey::pem([EdDSA], pem!("rfc8037-a1.pub")).id("ed25519"),
    ]
}

/// A resolver of these keys that wants [`good_claims`].
fn resolver(keys: impl Into<super::JwtKeys>) -> JwtResolver {
    JwtResolver::new(keys).issuer("https://id.example").audience("orders").with_clock(now)
}

struct Lines<'l>(&'l [&'l [u8]]);

impl Headers for Lines<'_> {
    fn values<'a>(&'a self, name: &str) -> Vec<&'a [u8]> {
        if name.eq_ignore_ascii_case("authorization") { self.0.to_vec() } else { Vec::new() }
    }
}

/// The tenant, `nothing`, or the code of the refusal.
fn outcome_of_lines(resolver: &JwtResolver, lines: &[&[u8]]) -> String {
    let headers = Lines(lines);
    let request = RequestHead::new(&headers, "/");
    match resolver.resolve(&request).now_or_never().unwrap() {
        Resolution::Found(found) => match found.name() {
            TenantName::Identifier(identifier) => identifier.to_string(),
            TenantName::Domain(domain) => format!("the domain {domain}"),
        },
        Resolution::Nothing => "nothing".to_owned(),
        Resolution::Refused(refusal) => refusal.code().to_owned(),
    }
}

fn outcome(resolver: &JwtResolver, token: &str) -> String {
    outcome_of_lines(resolver, &[format!("Bearer {token}").as_bytes()])
}
