//! Any text is sealed and opened again, and no text makes anything panic.

use proptest::prelude::*;
use secrecy::ExposeSecret as _;

use super::fixture::{key, key_id, ring};
use crate::seal::{Key, KeyId, KeyRing, is_sealed};
use crate::tenant::TenantId;

/// Texts that look sealed, more often than chance would make them.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "\\$sealed\\$[01]?\\$?[a-z0-9]{0,3}\\$?[A-Za-z0-9_=+/-]{0,80}",
        "\\$sealed\\$1\\$k1\\$[A-Za-z0-9_-]{50,120}",
    ]
}

fn tenants() -> impl Strategy<Value = TenantId> {
    "[a-z0-9][a-z0-9_-]{0,47}".prop_map(|text| text.as_str().try_into().unwrap())
}

fn fields() -> impl Strategy<Value = String> {
    "[ -~é]{1,80}"
}

proptest! {
    #[test]
    fn what_is_sealed_opens_where_it_belongs(
        text in texts(), tenant in tenants(), field in fields(), other_tenant in tenants(), other_field in fields(),
    ) {
        let ring = ring(&[1]);
        let sealed = ring.seal(&text, &tenant, &field).unwrap();
        prop_assert!(is_sealed(&sealed) && sealed != text);
        let opened = ring.open(&sealed, &tenant, &field).unwrap();
        prop_assert_eq!(opened.expose_secret(), &*text);
        // What is sealed twice is opened twice.
        let twice = ring.seal(&sealed, &tenant, &field).unwrap();
        let once = ring.open(&twice, &tenant, &field).unwrap();
        prop_assert_eq!(once.expose_secret(), &*sealed);
        if (&tenant, &field) != (&other_tenant, &other_field) {
            prop_assert!(ring.open(&sealed, &other_tenant, &other_field).is_err());
        }
    }

    #[test]
    fn no_text_opens_by_chance(text in texts(), tenant in tenants(), field in any::<String>()) {
        let error = ring(&[2, 1]).open(&text, &tenant, &field).map(|_| ()).unwrap_err();
        prop_assert!(error.to_string().len() < 2000);
    }

    #[test]
    fn no_text_makes_a_ring_panic(text in any::<String>(), ring in "[a-z0-9A-Z:, =+/_-]{0,200}") {
        let _ = KeyId::try_from(&*text);
        let _ = Key::from_text(&text.clone().into());
        let _ = KeyRing::from_text(&text.into());
        let _ = KeyRing::from_text(&ring.into());
    }

    #[test]
    fn every_key_reads_back(bytes in any::<[u8; 32]>()) {
        prop_assume!(bytes.iter().any(|byte| *byte != bytes[0]));
        let text = Key::from_bytes(&bytes).unwrap().to_text();
        let read = KeyRing::new(key_id("k1"), Key::from_text(&text).unwrap());
        let (acme, written) = ("acme".try_into().unwrap(), KeyRing::new(key_id("k1"), Key::from_bytes(&bytes).unwrap()));
        prop_assert!(read.open(&written.seal("x", &acme, "f").unwrap(), &acme, "f").is_ok());
        prop_assert!(KeyRing::new(key_id("k1"), key(1)).open(&written.seal("x", &acme, "f").unwrap(), &acme, "f").is_err());
    }
}
