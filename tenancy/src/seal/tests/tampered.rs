//! Threat 23: whatever is done to a sealed text, it does not open, and no error tells of it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::ExposeSecret as _;

use super::fixture::{TRACES, URL, assert_silent, id, key, key_id, ring};
use crate::seal::SealProblem::{Clear, Format, Malformed, Refused, UnknownKey};
use crate::seal::{KeyRing, SealProblem};
use crate::tenant::TenantId;

const FIELD: &str = "database_url";
const HEAD: &str = "$sealed$1$k1$";

fn acme() -> TenantId {
    id("acme")
}

fn sealed() -> String {
    ring(&[1]).seal(URL, &acme(), FIELD).unwrap()
}

fn bytes_of(sealed: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(sealed.strip_prefix(HEAD).unwrap()).unwrap()
}

fn text_of(bytes: &[u8]) -> String {
    format!("{HEAD}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// What is wrong with a text by this ring. It is not in the error.
fn problem(ring: &KeyRing, text: &str, tenant: &str, field: &str) -> SealProblem {
    let error =
        ring.open(text, &id(tenant), field).map(|opened| opened.expose_secret().to_owned()).unwrap_err();
    assert_eq!((error.tenant.as_str(), &*error.field), (tenant, field));
    for shown in [error.to_string(), format!("{error:?}")] {
        assert_silent(&shown);
        // Nor is the ciphertext, of which half a line says nothing either.
        let encoded = text.rsplit('$').next().unwrap();
        assert!(encoded.len() < 8 || !shown.contains(&encoded[..8]), "{shown}");
    }
    error.problem
}

#[test]
fn every_bit_of_the_bytes_counts() {
    let (ring, sealed) = (ring(&[1]), bytes_of(&sealed()));
    assert_eq!(ring.open(&text_of(&sealed), &acme(), FIELD).unwrap().expose_secret(), URL);
    for at in 0..sealed.len() {
        for bit in 0..8 {
            let mut altered = sealed.clone();
            altered[at] ^= 1 << bit;
            let found = problem(&ring, &text_of(&altered), "acme", FIELD);
            assert_eq!(found, Refused { key: key_id("k1") }, "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn every_character_of_the_text_counts() {
    let (ring, sealed) = (ring(&[1, 2]), sealed());
    for at in 0..sealed.len() {
        for other in ["A", "z", "0", "2", "-", "_", "$", "=", " ", "\n", "é", "\0"] {
            let altered = format!("{}{other}{}", &sealed[..at], &sealed[at + 1..]);
            if altered != sealed {
                assert!(ring.open(&altered, &acme(), FIELD).is_err(), "{altered}");
            }
        }
    }
}

#[test]
fn it_does_not_open_cut_or_longer() {
    let (ring, sealed) = (ring(&[1]), sealed());
    for end in 0..sealed.len() {
        let found = problem(&ring, &sealed[..end], "acme", FIELD);
        match end {
            0..8 => assert_eq!(found, Clear, "{end}"),
            8..67 => assert!(matches!(found, Malformed(_)), "{end}: {found:?}"),
            _ => assert!(matches!(found, Malformed(_) | Refused { .. }), "{end}: {found:?}"),
        }
    }
    for begin in 1..sealed.len() {
        assert_eq!(problem(&ring, &sealed[begin..], "acme", FIELD), Clear);
    }
    for more in ["A", "AA", "AAA", "AAAA", "=", "==", "\n", " ", "$", "$x", &sealed] {
        assert!(ring.open(&format!("{sealed}{more}"), &acme(), FIELD).is_err(), "{more}");
    }
    let bytes = bytes_of(&sealed);
    let twice: Vec<u8> = [bytes.clone(), bytes.clone()].concat();
    assert_eq!(problem(&ring, &text_of(&twice), "acme", FIELD), Refused { key: key_id("k1") });
    // What is longer than anything that is sealed is not even decoded.
    let long = format!("{HEAD}{}", "A".repeat(1 << 20));
    assert!(matches!(problem(&ring, &long, "acme", FIELD), Malformed(_)));
}

#[test]
fn the_parts_of_two_do_not_make_a_third() {
    let ring = ring(&[1]);
    let [one, other] = [0, 1].map(|_| bytes_of(&sealed()));
    let refused = Refused { key: key_id("k1") };
    let nonce_of_the_other = [&other[..24], &one[24..]].concat();
    let tag_of_the_other = [&one[..one.len() - 16], &other[other.len() - 16..]].concat();
    let message_of_the_other = [&one[..24], &other[24..other.len() - 16], &one[one.len() - 16..]].concat();
    for mixed in [nonce_of_the_other, tag_of_the_other, message_of_the_other] {
        assert_eq!(problem(&ring, &text_of(&mixed), "acme", FIELD), refused);
    }
}

#[test]
fn it_opens_for_its_tenant_and_field_alone() {
    let (ring, sealed) = (ring(&[1]), sealed());
    let refused = Refused { key: key_id("k1") };
    for tenant in ["globex", "acm", "acme2", "a", "acmed"] {
        assert_eq!(problem(&ring, &sealed, tenant, FIELD), refused, "{tenant}");
    }
    for field in ["metadata.database_url", "database_ur", "atabase_url", "database_url ", "Database_url"] {
        assert_eq!(problem(&ring, &sealed, "acme", field), refused, "{field}");
    }
    // What the two say together is not enough.
    for (tenant, field) in [("acm", "edatabase_url"), ("acmed", "atabase_url")] {
        assert_eq!(problem(&ring, &sealed, tenant, field), refused);
    }
    let sealed = ring.seal("x", &id("a"), "b-c").unwrap();
    assert_eq!(problem(&ring, &sealed, "a-b", "c"), refused);
}

#[test]
fn it_opens_under_its_key_alone() {
    let sealed = sealed();
    assert_eq!(problem(&ring(&[2, 3]), &sealed, "acme", FIELD), UnknownKey { key: key_id("k1") });
    let another = KeyRing::new(key_id("k1"), key(2));
    assert_eq!(problem(&another, &sealed, "acme", FIELD), Refused { key: key_id("k1") });
    // Under another id the same key is another.
    let renamed = KeyRing::new(key_id("k2"), key(1));
    let moved = sealed.replacen("$k1$", "$k2$", 1);
    assert_eq!(problem(&renamed, &moved, "acme", FIELD), Refused { key: key_id("k2") });
    assert!(ring(&[3, 2, 1]).open(&sealed, &acme(), FIELD).is_ok());
}

#[test]
fn other_formats_are_told_apart() {
    let (ring, sealed) = (ring(&[1]), sealed());
    for version in [0, 2, 10, 65535] {
        let other = sealed.replacen("$1$", &format!("${version}$"), 1);
        assert_eq!(problem(&ring, &other, "acme", FIELD), Format { version });
    }
    for no_version in ["01", "+1", "-1", "1 ", "", "one", "65536", "1.0"] {
        let other = sealed.replacen("$1$", &format!("${no_version}$"), 1);
        assert!(matches!(problem(&ring, &other, "acme", FIELD), Malformed(_)), "{no_version}");
    }
}

/// A value in the clear that looks sealed is not shown either, in no part of it.
#[test]
fn what_only_looks_sealed_is_not_shown() {
    let ring = ring(&[1]);
    for trace in TRACES {
        for text in [
            trace.to_owned(),
            format!("$sealed${trace}"),
            format!("$sealed${trace}$"),
            format!("$sealed$1${trace}"),
            format!("$sealed$1${trace}$"),
            format!("$sealed$1${trace}$x"),
            format!("$sealed$1$k1${trace}"),
            format!("$sealed$1$k9${trace}"),
        ] {
            problem(&ring, &text, "acme", FIELD);
        }
    }
}
