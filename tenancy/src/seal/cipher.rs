//! XChaCha20-Poly1305, bound to a tenant and a field.

use chacha20poly1305::{AeadInOut as _, KeyInit as _, XChaCha20Poly1305};
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::error::SealProblem;
use super::key::{Key, KeyId};
use super::text::{self, FORMAT, MAX_SEALED, NONCE, TAG};
use crate::tenant::TenantId;

/// The longest name of a field, in bytes.
const MAX_FIELD: usize = 255;

/// Seals a text under a key. The nonce is random: of 24 bytes no two are ever the same.
pub(super) fn seal(
    (id, key): (&KeyId, &Key),
    plaintext: &str,
    tenant: &TenantId,
    field: &str,
) -> Result<String, SealProblem> {
    let bound = bound(id, tenant, field)?;
    if plaintext.len() > MAX_SEALED {
        return Err(SealProblem::TooLong);
    }
    // As long as it will be, so that the text is nowhere left behind: it is encrypted where it stands. It is wiped too, for
    // when that fails.
    let mut bytes = Zeroizing::new(Vec::with_capacity(NONCE + plaintext.len() + TAG));
    bytes.resize(NONCE, 0);
    getrandom::fill(&mut bytes).map_err(|_| SealProblem::NoRandomness)?;
    bytes.extend_from_slice(plaintext.as_bytes());
    let (nonce, message) = bytes.split_at_mut(NONCE);
    let nonce = (&*nonce).try_into().map_err(|_| SealProblem::NoRandomness)?;
    let tag = XChaCha20Poly1305::new(key.bytes().into())
        .encrypt_inout_detached(nonce, &bound, message.into())
        .map_err(|_| SealProblem::TooLong)?;
    bytes.extend_from_slice(&tag);
    Ok(text::write(id, &bytes))
}

/// Opens what was sealed under a key: nonce, ciphertext and tag.
pub(super) fn open(
    (id, key): (&KeyId, &Key),
    bytes: &[u8],
    tenant: &TenantId,
    field: &str,
) -> Result<SecretString, SealProblem> {
    let refused = || SealProblem::Refused { key: id.clone() };
    let bound = bound(id, tenant, field)?;
    let (nonce, rest) = bytes.split_at_checked(NONCE).ok_or_else(refused)?;
    let (message, tag) = rest.split_last_chunk::<TAG>().ok_or_else(refused)?;
    let nonce = nonce.try_into().map_err(|_| refused())?;
    let mut message = Zeroizing::new(message.to_vec());
    XChaCha20Poly1305::new(key.bytes().into())
        .decrypt_inout_detached(nonce, &bound, message.as_mut_slice().into(), tag.into())
        .map_err(|_| refused())?;
    let text = std::str::from_utf8(&message).map_err(|_| refused())?;
    Ok(SecretString::from(text))
}

/// What a value is bound to, written so that no two differ in what they say and are equal: each part has its length in
/// front.
fn bound(key: &KeyId, tenant: &TenantId, field: &str) -> Result<Vec<u8>, SealProblem> {
    if field.is_empty() || field.len() > MAX_FIELD || field.chars().any(char::is_control) {
        return Err(SealProblem::Field);
    }
    let mut bound = b"tenancy.seal".to_vec();
    bound.extend_from_slice(&FORMAT.to_be_bytes());
    for part in [key.as_str(), tenant.as_str(), field] {
        bound.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bound.extend_from_slice(part.as_bytes());
    }
    Ok(bound)
}
