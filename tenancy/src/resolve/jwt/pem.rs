//! Public keys in PEM.

use jsonwebtoken::DecodingKey;

use super::algorithm::KeyKind;
use super::material::Material;

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
        _ => Material::point(bytes),
    }
}
