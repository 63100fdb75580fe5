//! The format, which stays: what one version has sealed the next one opens.

use secrecy::ExposeSecret as _;

use super::fixture::{id, key, key_id, ring};
use crate::seal::KeyRing;

/// Sealed by another implementation of XChaCha20-Poly1305, which has the vector of its draft right, with what `cipher` binds
/// to: the key of `fixture::key(1)`, the tenant `acme`, the field `database_url`, the nonce 200 to 223.
const SEALED: &str = "$sealed$1$k1$yMnKy8zNzs_Q0dLT1NXW19jZ2tvc3d7f2EwPDxmHlSF6hOMvL1mZSgFStH2md2KVvp4suSMO508Vth8GDFqzZ7VC1dwOcLNW";

#[test]
fn what_the_first_version_sealed_is_opened() {
    let opened = ring(&[2, 1]).open(SEALED, &id("acme"), "database_url").unwrap();
    assert_eq!(opened.expose_secret(), "postgres://acme:password@db/acme");
}

#[test]
fn a_sealed_text_is_no_address_and_fits_where_addresses_are_kept() {
    let ring = KeyRing::new(key_id(&"k".repeat(32)), key(1));
    let longest = "x".repeat(crate::seal::MAX_SEALED);
    let sealed = ring.seal(&longest, &id("acme"), "database_url").unwrap();
    assert!(sealed.starts_with("$sealed$1$kkkk"), "{sealed}");
    assert!(url::Url::parse(&sealed).is_err());
    // MySQL's TEXT.
    assert!(sealed.len() < 1 << 16, "{}", sealed.len());
    assert_eq!(ring.open(&sealed, &id("acme"), "database_url").unwrap().expose_secret(), longest);
}

#[test]
fn no_two_sealed_texts_are_the_same() {
    let ring = ring(&[1]);
    let sealed = |_| ring.seal("the same", &id("acme"), "database_url").unwrap();
    assert_eq!((0..1000).map(sealed).collect::<std::collections::HashSet<_>>().len(), 1000);
}

#[test]
fn what_is_too_long_is_not_sealed() {
    use crate::seal::SealProblem::{Field, TooLong};

    let (ring, acme) = (ring(&[1]), id("acme"));
    let long = "x".repeat(crate::seal::MAX_SEALED + 1);
    assert_eq!(ring.seal(&long, &acme, "database_url").unwrap_err().problem, TooLong);
    for field in ["", "a\nb", "\u{7f}", &"x".repeat(256)] {
        assert_eq!(ring.seal("x", &acme, field).unwrap_err().problem, Field, "{field:?}");
    }
    assert!(ring.seal("", &acme, &"x".repeat(255)).is_ok());
}
