//! Keys as they are written down.

use secrecy::{ExposeSecret as _, SecretString};

use super::fixture::{id, key, ring};
use crate::seal::{Key, KeyError, KeyId, KeyRing};

const BASE64: &str = "q5JcYxDSvHl4qjO2S4Cz8vWKbiQ5b4iUWvrP3Yqv3tM=";
const HEX: &str = "ab925c6310d2bc7978aa33b64b80b3f2f58a6e24396f88945afacfdd8aafded3";
const OTHER: &str = "Zt7XxvK0P4Yd1c7xR1LqYyMwn5VpK8uFQm2yq1d3m0Y=";

fn problems(text: &str) -> Vec<String> {
    let error = KeyRing::from_text(&text.into()).unwrap_err();
    for shown in [error.to_string(), format!("{error:?}")] {
        for secret in [BASE64, HEX, OTHER, "hunter2", "Hunter2"] {
            assert!(!shown.contains(secret) && !shown.contains(&secret[..7]), "{shown}");
        }
    }
    error.problems
}

#[test]
fn a_key_is_written_in_base64_or_hexadecimal() {
    let written = [
        BASE64.to_owned(),
        BASE64.trim_end_matches('=').to_owned(),
        BASE64.replace('+', "-").replace('/', "_"),
        HEX.to_owned(),
        HEX.to_uppercase(),
    ];
    for text in &written {
        let read = Key::from_text(&text.clone().into()).unwrap();
        assert_eq!(read.to_text().expose_secret(), BASE64, "{text}");
    }
    // Both alphabets, where they differ.
    for text in [format!("{}8=", "+/".repeat(21)), format!("{}8", "-_".repeat(21))] {
        let read = Key::from_text(&text.clone().into()).unwrap();
        assert!(read.to_text().expose_secret().starts_with("+/"), "{text}");
    }
    for text in [
        "",
        "hunter2",
        &BASE64[..42],
        &HEX[..63],
        &format!("{HEX}0"),
        &HEX.replace('a', "g"),
        &HEX.replace("ab", "+1"),
        &"A".repeat(44),
        &format!(" {}", &BASE64[..43]),
        &BASE64.replace('q', "é"),
        &format!("{}+/8=", "+/-_".repeat(10)),
    ] {
        assert_eq!(Key::from_text(&text.into()).unwrap_err(), KeyError::Form, "{text}");
    }
    for text in ["0".repeat(64), "ab".repeat(32), format!("{}=", "A".repeat(43))] {
        assert_eq!(Key::from_text(&text.into()).unwrap_err(), KeyError::Guessable);
    }
    assert_eq!(Key::from_bytes(&[1; 31]).unwrap_err(), KeyError::Form);
}

#[test]
fn generated_keys_differ_and_show_nothing() {
    let [one, other] = [0, 1].map(|_| Key::generate().unwrap());
    assert_ne!(one.to_text().expose_secret(), other.to_text().expose_secret());
    assert_eq!(format!("{one:?}"), "Key(***)");
    assert_eq!(format!("{:?}", ring(&[2, 1])), r#"[KeyId("k2"), KeyId("k1")]"#);
}

#[test]
fn ids_are_words_that_no_key_is() {
    for good in ["a", "0", "k1", "2026-11-27", "prod_eu", &"k".repeat(32)] {
        assert_eq!(good.parse::<KeyId>().unwrap().as_str(), good);
    }
    for bad in ["", "K1", "-a", "_a", "a b", "a$", "a:b", "a,b", "é", &"k".repeat(33), BASE64, HEX] {
        assert_eq!(KeyId::try_from(bad).unwrap_err(), KeyError::Id, "{bad}");
    }
}

#[test]
fn a_ring_is_read_from_text() {
    let text = format!(" k2:{OTHER} ,\n k1:{HEX}\n");
    let read = KeyRing::from_text(&text.into()).unwrap();
    assert_eq!(read.current().as_str(), "k2");
    assert_eq!(read.ids().map(KeyId::as_str).collect::<Vec<_>>(), ["k2", "k1"]);
    let acme = id("acme");
    assert!(read.seal("x", &acme, "f").unwrap().starts_with("$sealed$1$k2$"));
    let old = KeyRing::from_text(&format!("k1:{BASE64}").into()).unwrap();
    assert!(read.open(&old.seal("x", &acme, "f").unwrap(), &acme, "f").is_ok());
}

#[test]
fn everything_that_is_wrong_is_told_and_no_key_is() {
    let text = format!(
        "k3:hunter2,,{BASE64},{HEX}:k2,Hunter2:{OTHER},k4:{zeros},k1:{BASE64},k1:{OTHER},k5:{BASE64},{BASE64}:k7",
        zeros = "00".repeat(32)
    );
    let found = problems(&text);
    let expected = [
        "entry 1 (`k3`): a key is 32 bytes",
        "entry 2 is empty",
        "entry 3 has no `:`",
        "entry 4: a key's id has 1 to 32",
        "entry 5: a key's id has 1 to 32",
        "entry 6 (`k4`): a key of the same byte",
        "entry 10: a key's id has",
        "`k1` is there twice",
        "`k1` and `k5` are the same key",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found} is not {expected}");
    }
    assert_eq!(problems("").len(), 1);
    assert_eq!(problems(&format!("k1:{BASE64},")), ["entry 2 is empty: write `id:key`"]);
}

#[test]
fn a_ring_has_one_key_or_some() {
    assert_eq!(KeyRing::of([]).unwrap_err().problems.len(), 1);
    let many = |count: u8| KeyRing::of((0..count).map(|at| (format!("k{at}").parse().unwrap(), key(at))));
    assert!(many(64).is_ok());
    assert!(many(65).unwrap_err().to_string().contains("64 are the most"));
}

#[test]
fn a_variable_that_is_not_set_is_told() {
    let error = KeyRing::from_env("TENANCY_TEST_NO_SUCH_KEYS").unwrap_err();
    assert!(error.to_string().contains("`TENANCY_TEST_NO_SUCH_KEYS` is not set"), "{error}");
    // One that is there and holds no keys.
    let error = KeyRing::from_env("PATH").unwrap_err();
    assert!(error.problems.iter().all(|problem| problem.starts_with("`PATH`: ")), "{error:?}");
    let path = SecretString::from(std::env::var("PATH").unwrap());
    assert!(!format!("{error} {error:?}").contains(path.expose_secret()));
}

#[test]
fn what_is_under_an_older_key_is_sealed_anew() {
    let (acme, field) = (id("acme"), "customers.iban");
    let old = ring(&[1]).seal("DE89", &acme, field).unwrap();
    let both = ring(&[2, 1]);
    let new = both.reseal(&old, &acme, field).unwrap().unwrap();
    assert!(both.reseal(&new, &acme, field).unwrap().is_none());
    assert_eq!(ring(&[2]).open(&new, &acme, field).unwrap().expose_secret(), "DE89");
    assert!(both.reseal(&old, &id("globex"), field).is_err());
    assert!(ring(&[2]).reseal(&old, &acme, field).is_err());
}
