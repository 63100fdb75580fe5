//! What a key is made of, checked, from bytes.

use jsonwebtoken::DecodingKey;
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER as AWS_LC;

use super::algorithm::{JwtAlgorithm, KeyKind};

/// In bits. Shorter ones are weak (RFC 7518, 3.3), and the verifier takes no longer ones.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// How a key in PEM begins. A public one as a secret would let everybody sign who has it.
const PEM: &[u8] = b"-----BEGIN ";

/// A key that can verify signatures, and its kind.
#[derive(Clone)]
pub(super) struct Material {
    pub(super) kind: KeyKind,
    pub(super) key: DecodingKey,
}

impl Material {
    /// A secret for each of these algorithms. It is copied.
    pub(super) fn secret(bytes: &[u8], algorithms: &[JwtAlgorithm]) -> Result<Self, String> {
        if bytes.windows(PEM.len()).any(|window| window == PEM) {
            return Err("has a key in PEM for a secret, which anybody may have: give it as `pem`".to_owned());
        }
        let lengths = algorithms.iter().map(|algorithm| algorithm.secret_length());
        let least = lengths.fold(JwtAlgorithm::HS256.secret_length(), usize::max);
        if bytes.len() < least {
            return Err(format!(
                "has a secret of {} bytes: make it a random one of at least {least}, the length of the hash",
                bytes.len()
            ));
        }
        Ok(Self { kind: KeyKind::Secret, key: DecodingKey::from_secret(bytes) })
    }

    /// An RSA key by modulus and exponent.
    pub(super) fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, String> {
        let Some(first) = modulus.first().filter(|first| **first != 0) else {
            return Err("has a modulus that begins with a zero, or is empty".to_owned());
        };
        let bits = modulus.len() * 8 - first.leading_zeros() as usize;
        if !RSA_BITS.contains(&bits) {
            return Err(format!(
                "has {bits} bits: take an RSA key of {} to {} bits",
                RSA_BITS.start(),
                RSA_BITS.end()
            ));
        }
        if exponent.last().is_none_or(|last| last % 2 == 0) || exponent == [1] {
            return Err("has an exponent that is none: it has to be odd and above 1".to_owned());
        }
        Ok(Self { kind: KeyKind::Rsa, key: DecodingKey::from_rsa_raw_components(modulus, exponent) })
    }

    /// An RSA key in the DER of PKCS #1.
    pub(super) fn rsa_der(der: &[u8]) -> Result<Self, String> {
        let parts = (AWS_LC.key_utils.rsa_pub_components_from_public_key)(der);
        let (modulus, exponent) = parts.map_err(|_| "is no RSA public key".to_owned())?;
        Self::rsa(&modulus, &exponent)
    }

    /// A point on P-256 or P-384, uncompressed.
    pub(super) fn point(point: &[u8]) -> Result<Self, String> {
        let kind = match (point.first(), point.len()) {
            (Some(4), 65) => KeyKind::P256,
            (Some(4), 97) => KeyKind::P384,
            _ => return Err("is no uncompressed point on P-256 or P-384".to_owned()),
        };
        Ok(Self { kind, key: DecodingKey::from_ec_der(point) })
    }

    /// An Ed25519 public key.
    pub(super) fn ed25519(public: &[u8]) -> Result<Self, String> {
        if public.len() != 32 {
            return Err(format!("has {} bytes: an Ed25519 public key has 32", public.len()));
        }
        Ok(Self { kind: KeyKind::Ed25519, key: DecodingKey::from_ed_der(public) })
    }
}
