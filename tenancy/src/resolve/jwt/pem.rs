//! Public keys in PEM.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::DecodingKey;

use super::algorithm::KeyKind;
use super::material::Material;

/// The curves' object identifiers in DER (RFC 5480, 2.1.1.1).
const P256: &[u8] = &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22];

/// Reads the one public key there is in the text, for algorithms that work with keys of this kind.
pub(super) fn read(pem: &[u8], kind: Option<KeyKind>) -> Result<Material, String> {
    let text = std::str::from_utf8(pem).map_err(|_| "is no PEM: it is not text".to_owned())?;
    if text.matches("-----BEGIN ").count() != 1 {
        return Err("is not one key in PEM: it needs exactly one `-----BEGIN PUBLIC KEY-----`".to_owned());
    }
    if text.contains("PRIVATE KEY-----") {
        return Err("is a private key: only the issuer may have it, take the public one".to_owned());
    }
    if !text.contains("-----BEGIN PUBLIC KEY-----") && !text.contains("-----BEGIN RSA PUBLIC KEY-----") {
        return Err("is no public key: it needs `-----BEGIN PUBLIC KEY-----`".to_owned());
    }
    let key = match kind {
        Some(KeyKind::Rsa) => DecodingKey::from_rsa_pem(pem),
        Some(KeyKind::P256 | KeyKind::P384) => DecodingKey::from_ec_pem(pem),
        Some(KeyKind::Ed25519) => DecodingKey::from_ed_pem(pem),
        Some(KeyKind::Secret) => {
            return Err("is a public key: HS256, HS384 and HS512 need a secret".to_owned());
        }
        None => return Err("has no algorithm: name at least one it may be used with".to_owned()),
    };
    let unreadable = |_| "cannot be read as a key of the kind that its algorithms work with".to_owned();
    let key = key.map_err(unreadable)?;
    let bytes = key.try_get_as_bytes().map_err(unreadable)?;
    match kind {
        Some(KeyKind::Rsa) => Material::rsa_der(bytes),
        Some(KeyKind::Ed25519) => Material::ed25519(bytes),
        _ => {
            // The point alone does not tell on which curve it is.
            let material = Material::point(bytes)?;
            let curve = if material.kind == KeyKind::P256 { P256 } else { P384 };
            let der = der_of(text).ok_or("is no PEM")?;
            if !der.windows(curve.len()).any(|window| window == curve) {
                return Err("is a key on another curve than P-256 and P-384".to_owned());
            }
            Ok(material)
        }
    }
}

/// The bytes between the lines of a PEM with one block.
fn der_of(text: &str) -> Option<Vec<u8>> {
    let lines = text.lines().map(str::trim).skip_while(|line| !line.starts_with("-----BEGIN "));
    let body = lines.skip(1).take_while(|line| !line.starts_with("-----END "));
    STANDARD.decode(body.collect::<String>()).ok()
}
