//! What is wrong with a configuration is said at start-up; until then nothing is believed.

use std::time::Duration;

use secrecy::SecretString;

use super::super::refusals;
use super::*;

use JwtAlgorithm::{ES256, ES384, EdDSA, HS256, HS512, PS256, RS256};

fn secret_of(length: usize) -> SecretString {
    SecretString::from("s".repeat(length))
}

/// A key that Bitcoin would take, and ES256 does not.
const SECP256K1: &str = "-----BEGIN PUBLIC KEY-----
MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEeb5mfvncu6xVoGKVzocLBwKb/NstzijZ
WfKBWxb4F5hIOtp3JqPEZV2k+/wOEQio/Re0SKaFVBmcR9CP+xDUuA==
-----END PUBLIC KEY-----
";

#[test]
fn keys_that_do_not_fit_are_problems() {
    let pkcs1 = pem!("rfc7515-a2.pkcs1.pub");
    let two = format!("{}{}", pem!("rfc7515-a2.pub"), pem!("rfc7515-a2.pub"));
    let good = [
        JwtKey::secret([HS256], secret_of(32)),
        JwtKey::secret([HS256, HS512], secret_of(64)),
        JwtKey::pem([RS256, PS256], pem!("rfc7515-a2.pub")),
        JwtKey::pem([RS256], pkcs1),
        JwtKey::pem([RS256], format!("the issuer's, since May\n{pkcs1}\n")),
        JwtKey::pem([ES256], pem!("rfc7515-a3.pub")),
        JwtKey::pem([ES384], pem!("p384.pub")),
        JwtKey::pem([EdDSA], pem!("rfc8037-a1.pub").as_bytes()),
    ];
    for key in good {
        assert!(resolver(key.clone()).problems().is_empty(), "{key:?}");
    }
    let bad = [
        (JwtKey::secret([HS256], secret_of(31)), "31 bytes: make it a random one of at least 32"),
        (JwtKey::secret([HS256], secret_of(0)), "0 bytes"),
        (JwtKey::secret([HS256], pem!("rfc7515-a2.pub")), "give it as `pem`"),
        (JwtKey::secret_bytes([HS256], pem!("rfc7515-a3.pub").as_bytes().to_vec()), "give it as `pem`"),
        (JwtKey::pem([ES256], SECP256K1), "on another curve"),
        (JwtKey::secret([HS256, HS512], secret_of(63)), "at least 64"),
        (JwtKey::secret([RS256], secret_of(64)), "is a secret: RS256 works with an RSA key"),
        (JwtKey::secret([HS256, RS256], pem!("rfc7515-a2.pub")), "give it as `pem`"),
        (JwtKey::secret([], secret_of(64)), "has no algorithm"),
        (JwtKey::pem([], pem!("rfc7515-a2.pub")), "has no algorithm"),
        (JwtKey::pem([HS256], pem!("rfc7515-a2.pub")), "HS512 need a secret"),
        (JwtKey::pem([RS256, HS256], pem!("rfc7515-a2.pub")), "is an RSA key: HS256 works with a secret"),
        (
            JwtKey::pem([RS256, ES256], pem!("rfc7515-a2.pub")),
            "is an RSA key: ES256 works with a key on P-256",
        ),
        (JwtKey::pem([ES256], pem!("rfc7515-a2.pub")), "cannot be read"),
        (JwtKey::pem([RS256], pem!("rfc7515-a3.pub")), "cannot be read"),
        (JwtKey::pem([EdDSA], pem!("rfc7515-a3.pub")), "cannot be read"),
        (JwtKey::pem([ES256], pem!("p384.pub")), "is a key on P-384: ES256 works with a key on P-256"),
        (JwtKey::pem([ES384], pem!("rfc7515-a3.pub")), "is a key on P-256: ES384"),
        (JwtKey::pem([ES256], pem!("p521.pub")), "no uncompressed point"),
        (JwtKey::pem([RS256], pem!("rsa1024.pub")), "1024 bits: take an RSA key of 2048 to 8192 bits"),
        (JwtKey::pem([RS256], pem!("rfc7515-a2")), "is a private key"),
        (JwtKey::pem([ES256], pem!("rfc7515-a3")), "is a private key"),
        (JwtKey::pem([EdDSA], pem!("rfc8037-a1")), "is a private key"),
        (
            JwtKey::pem([RS256], "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
            "is no public key",
        ),
        (JwtKey::pem([RS256], two), "is not one key"),
        (JwtKey::pem([RS256], ""), "is not one key"),
        (JwtKey::pem([RS256], b"\xff\xfe"), "it is not text"),
        (
            JwtKey::pem([RS256], "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
            "cannot be read",
        ),
        (JwtKey::pem([RS256], "-----BEGIN PUBLIC KEY-----\n"), "cannot be read"),
    ];
    let good_token = Signer::Secret.sign(r#"{"alg":"HS256"}"#, good_claims());
    for (key, expected) in bad {
        let name = key.clone().id("2026-11");
        for (key, name) in [(key, "the JWT key without an id "), (name, "the JWT key `2026-11` ")] {
            let resolver = resolver([key, all_keys()[0].clone()]);
            let problems = resolver.problems();
            assert!(problems.len() == 1 && problems[0].contains(expected), "{problems:?}");
            assert!(problems[0].starts_with(name), "{problems:?}");
            assert_eq!(outcome(&resolver, &good_token), "jwt-not-configured");
        }
    }
}

#[test]
fn what_is_missing_is_a_problem() {
    let new = || JwtResolver::new(all_keys()).with_clock(now);
    let set = || new().issuer("https://id.example").audience("orders");
    let one = |problem: &'static str| vec![problem];
    let cases = [
        (new(), vec!["no issuer: call `issuer(…)`", "no audience: call `audience(…)`"]),
        (new().audience("orders"), one("or `any_issuer()` if it does not matter")),
        (new().issuer("https://id.example"), one("or `any_audience()` if it does not matter")),
        (set().any_issuer(), one("both `issuer(…)` and `any_issuer()`")),
        (set().any_audience(), one("both `audience(…)` and `any_audience()`")),
        (new().any_issuer().any_audience().audience("orders"), one("both `audience(…)`")),
        (new().any_issuer().issuer("x").any_issuer().any_audience(), one("both `issuer(…)`")),
        (set().issuer(""), one("an empty issuer")),
        (set().audience(""), one("an empty audience")),
        (set().claim(""), one("claim has an empty name")),
        (set().claim("org..tenant"), one("claim has an empty name")),
        (set().claim("tenant."), one("claim has an empty name")),
        (set().claim_path([""; 0]), one("claim has an empty name")),
        (set().leeway(Duration::from_secs(301)), one("leeway is above 300 seconds")),
        (resolver(Vec::new()), one("has no key")),
        (resolver([all_keys()[0].clone(), all_keys()[0].clone()]), one("two JWT keys have the id `secret`")),
    ];
    let token = Signer::Secret.sign(r#"{"alg":"HS256"}"#, good_claims());
    for (resolver, expected) in cases {
        let problems = resolver.problems();
        assert_eq!(problems.len(), expected.len(), "{problems:?}");
        for (problem, expected) in problems.iter().zip(expected) {
            assert!(problem.contains(expected), "{problem}");
        }
        assert_eq!(outcome(&resolver, &token), "jwt-not-configured");
        // A request without a token is none of its business.
        assert_eq!(outcome_of_lines(&resolver, &[]), "nothing");
    }
    assert!(set().leeway(Duration::from_secs(300)).problems().is_empty());
    assert!(new().any_issuer().any_audience().any_audience().problems().is_empty());
}

#[test]
fn a_token_without_an_id_needs_one_key_that_fits() {
    let [secret, rsa, p256, ..] = all_keys();
    let unnamed = || JwtKey::pem([ES256], pem!("rfc7515-a3.pub"));
    let other = || JwtKey::pem([ES256], pem!("somebody-else.pub"));
    let cases: [(Vec<JwtKey>, &str, &str); 12] = [
        (vec![p256.clone()], r#"{"alg":"ES256"}"#, "acme"),
        (vec![secret.clone(), rsa.clone(), p256.clone()], r#"{"alg":"ES256"}"#, "acme"),
        (vec![p256.clone(), other().id("new")], r#"{"alg":"ES256"}"#, "jwt-key-ambiguous"),
        (vec![p256.clone(), other().id("new")], r#"{"alg":"ES256","kid":"p256"}"#, "acme"),
        (vec![p256.clone(), other().id("new")], r#"{"alg":"ES256","kid":"new"}"#, "jwt-signature"),
        (vec![p256.clone(), other().id("new")], r#"{"alg":"ES256","kid":"old"}"#, "jwt-key-unknown"),
        (vec![rsa.clone(), p256.clone()], r#"{"alg":"ES256","kid":"rsa"}"#, "jwt-algorithm"),
        (vec![secret.clone(), rsa], r#"{"alg":"ES256"}"#, "jwt-algorithm"),
        // A key without an id fits any id that no other has.
        (vec![unnamed()], r#"{"alg":"ES256","kid":"p256"}"#, "acme"),
        (vec![unnamed(), other().id("p256")], r#"{"alg":"ES256","kid":"p256"}"#, "jwt-signature"),
        (vec![unnamed(), other().id("new")], r#"{"alg":"ES256","kid":"p256"}"#, "acme"),
        (vec![unnamed()], r#"{"alg":"ES384","kid":"p256"}"#, "jwt-key-unknown"),
    ];
    assert_eq!(resolver(vec![unnamed(), other()]).problems().len(), 1, "which of them?");
    for (keys, header, expected) in cases {
        let names = format!("{keys:?}");
        assert_eq!(
            outcome(&resolver(keys), &Signer::P256.sign(header, good_claims())),
            expected,
            "{header} {names}"
        );
    }
}

#[test]
fn nothing_shows_a_secret() {
    let text = "correct horse battery staple, and 32 bytes";
    let key = JwtKey::secret([HS256], text).id("2026-11");
    let document =
        super::super::JwksDocument::new(format!(r#"{{"keys":[{{"kty":"oct","k":"{}"}}]}}"#, base64(text)))
            .algorithms([HS256]);
    let short = JwtKey::secret([HS256], &text[..20]);
    let resolvers = [resolver(key.clone()), resolver(document.clone()), resolver(short.clone())];
    let mut shown = format!("{key:?} {document:?} {short:?} {resolvers:?}");
    for resolver in &resolvers {
        shown.push_str(&resolver.problems().join("\n"));
    }
    let bytes = format!("{:?}", &text.as_bytes()[..4]);
    for form in [&text[..8], &base64(text)[..8], bytes.trim_matches(['[', ']'])] {
        assert!(!shown.contains(form), "{shown}");
    }
    assert!(shown.contains("2026-11"), "the id is what a person looks for");
}

/// The guide has a line for each code, and no code stands for two causes.
#[test]
fn the_guide_lists_every_code() {
    let guide = include_str!("../../../../../docs/jwt.md");
    for (at, refusal) in refusals::ALL.iter().enumerate() {
        assert!(
            guide.contains(&format!("| `{}` |", refusal.code())),
            "docs/jwt.md has no line for {}",
            refusal.code()
        );
        assert!(refusals::ALL[..at].iter().all(|other| other.code() != refusal.code()));
    }
    let lines = guide.lines().filter(|line| line.starts_with("| `jwt-")).count();
    assert_eq!(lines, refusals::ALL.len());
}
