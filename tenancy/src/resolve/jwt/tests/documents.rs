//! JWKS documents written by hand.

use super::super::JwksDocument;
use super::super::document::{Document, LONGEST_DOCUMENT};
use super::super::jwk::Origin;
use super::*;

const RSA: &str = "\"n\":\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-\
     pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMT\
     BQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\",\"e\":\"AQAB\"";
const P256: &str = r#""crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#;
const ED25519: &str = r#""crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;
const SECRET: &str =
    r#""k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow""#;

fn document(keys: &[String]) -> String {
    format!(r#"{{"keys":[{}]}}"#, keys.join(","))
}

/// Each kind of key, with its `alg`.
fn of_each_kind() -> String {
    document(&[
        format!(r#"{{"kty":"RSA","kid":"rsa","alg":"RS256","use":"sig",{RSA}}}"#),
        format!(r#"{{"kty":"EC","kid":"p256","alg":"ES256","key_ops":["verify"],{P256}}}"#),
        format!(r#"{{"kty":"OKP","kid":"ed25519","alg":"EdDSA",{ED25519}}}"#),
        format!(r#"{{"kty":"oct","kid":"secret","alg":"HS256",{SECRET}}}"#),
        format!(r#"{{"kty":"RSA","kid":"for encryption","alg":"RSA-OAEP","use":"enc",{RSA}}}"#),
        format!(r#"{{"kty":"RSA","kid":"for wrapping","key_ops":["wrapKey"],{RSA}}}"#),
    ])
}

#[test]
fn keys_are_used_with_their_algorithm() {
    let resolver = resolver(JwksDocument::new(of_each_kind()));
    assert!(resolver.problems().is_empty(), "{:?}", resolver.problems());
    for (signer, header, expected) in [
        (Signer::Rsa, r#"{"alg":"RS256","kid":"rsa"}"#, "acme"),
        (Signer::Rsa, r#"{"alg":"RS256"}"#, "acme"),
        (Signer::P256, r#"{"alg":"ES256","kid":"p256"}"#, "acme"),
        (Signer::Ed25519, r#"{"alg":"EdDSA","kid":"ed25519"}"#, "acme"),
        (Signer::Secret, r#"{"alg":"HS256","kid":"secret"}"#, "acme"),
        (Signer::Secret, r#"{"alg":"HS256","kid":"rsa"}"#, "jwt-algorithm"),
        (Signer::Rsa, r#"{"alg":"RS256","kid":"for encryption"}"#, "jwt-key-unknown"),
        (Signer::Rsa, r#"{"alg":"RS256","kid":"for wrapping"}"#, "jwt-key-unknown"),
    ] {
        assert_eq!(outcome(&resolver, &signer.sign(header, good_claims())), expected, "{header}");
    }
    let ps256 = Signer::Rsa.sign_by(Algorithm::PS256, r#"{"alg":"PS256","kid":"rsa"}"#, good_claims());
    assert_eq!(outcome(&resolver, &ps256), "jwt-algorithm");
}

#[test]
fn keys_without_an_algorithm_are_used_with_what_is_configured() {
    let json = document(&[
        format!(r#"{{"kty":"RSA","kid":"rsa",{RSA}}}"#),
        format!(r#"{{"kty":"EC","kid":"p256",{P256}}}"#),
        format!(r#"{{"kty":"OKP","kid":"ed25519",{ED25519}}}"#),
    ]);
    let ps256 = Signer::Rsa.sign_by(Algorithm::PS256, r#"{"alg":"PS256","kid":"rsa"}"#, good_claims());
    let rs256 = Signer::Rsa.sign(r#"{"alg":"RS256","kid":"rsa"}"#, good_claims());
    let es256 = Signer::P256.sign(r#"{"alg":"ES256","kid":"p256"}"#, good_claims());

    let default = resolver(JwksDocument::new(json.clone()));
    assert_eq!(
        [&rs256, &ps256, &es256].map(|token| outcome(&default, token)),
        ["acme", "jwt-algorithm", "acme"]
    );

    let other = JwksDocument::new(json).algorithms([JwtAlgorithm::PS256, JwtAlgorithm::EdDSA]);
    let problems = resolver(other).problems();
    assert_eq!(
        problems,
        ["key 2 of the JWKS document has no algorithm: name at least one it may be used with"]
    );

    // A secret is used with what is named for it, and RSA is not.
    let mixed = document(&[
        format!(r#"{{"kty":"RSA","kid":"rsa",{RSA}}}"#),
        format!(r#"{{"kty":"oct","kid":"secret",{SECRET}}}"#),
    ]);
    let mixed = JwksDocument::new(mixed).algorithms([JwtAlgorithm::HS256, JwtAlgorithm::RS256]);
    let mixed = resolver(mixed);
    assert_eq!(outcome(&mixed, &rs256), "acme");
    let confused = Signer::Secret.sign(r#"{"alg":"HS256","kid":"rsa"}"#, good_claims());
    assert_eq!(outcome(&mixed, &confused), "jwt-algorithm");
}

#[test]
fn keys_that_cannot_be_used_are_problems() {
    let point = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    let cases = [
        ("7".to_owned(), "is no JSON object"),
        ("{}".to_owned(), "a `kty` or `crv` that is not supported"),
        (r#"{"kty":7}"#.to_owned(), "a `kty` or `crv`"),
        (format!(r#"{{"kty":"rsa",{RSA}}}"#), "a `kty` or `crv`"),
        (format!(r#"{{"kty":"RSA","alg":"HS256",{RSA}}}"#), "is an RSA key: HS256 works with a secret"),
        (format!(r#"{{"kty":"RSA","alg":"ES256",{RSA}}}"#), "is an RSA key: ES256"),
        (format!(r#"{{"kty":"RSA","alg":"none",{RSA}}}"#), "an `alg` that is not supported"),
        (format!(r#"{{"kty":"RSA","alg":["RS256"],{RSA}}}"#), "an `alg` that is no text"),
        (format!(r#"{{"kty":"RSA","kid":7,{RSA}}}"#), "a `kid` that is no text"),
        (format!(r#"{{"kty":"RSA","d":"AQAB",{RSA}}}"#), "shows its private part"),
        (format!(r#"{{"kty":"EC","d":"AQAB",{P256}}}"#), "shows its private part"),
        (r#"{"kty":"RSA","e":"AQAB"}"#.to_owned(), "has no `n`"),
        (r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#.to_owned(), "has 17 bits"),
        (r#"{"kty":"RSA","n":"","e":"AQAB"}"#.to_owned(), "or is empty"),
        (r#"{"kty":"RSA","n":"AAAA","e":"AQAB"}"#.to_owned(), "begins with a zero"),
        (format!(r#"{{"kty":"RSA",{}}}"#, RSA.replace("AQAB", "AQ")), "an exponent that is none"),
        (format!(r#"{{"kty":"RSA",{}}}"#, RSA.replace("AQAB", "")), "an exponent that is none"),
        (format!(r#"{{"kty":"RSA",{}}}"#, RSA.replace("AQAB", "Ag")), "an exponent that is none"),
        (format!(r#"{{"kty":"RSA",{}}}"#, RSA.replace("AQAB", "AQAB=")), "has no `e`"),
        (format!(r#"{{"kty":"EC",{}}}"#, P256.replace("P-256", "P-384")), "not of its curve"),
        (format!(r#"{{"kty":"EC",{}}}"#, P256.replace("P-256", "P-521")), "a `kty` or `crv`"),
        (format!(r#"{{"kty":"EC",{}}}"#, P256.replace("P-256", "secp256k1")), "a `kty` or `crv`"),
        (format!(r#"{{"kty":"EC","crv":"P-256","x":"{point}"}}"#), "has no `y`"),
        (format!(r#"{{"kty":"EC","crv":"P-256","x":"{point}","y":"AA"}}"#), "of two lengths"),
        (r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#.to_owned(), "no uncompressed point"),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#.to_owned(), "has 1 bytes"),
        (format!(r#"{{"kty":"OKP","crv":"Ed448","x":"{point}"}}"#), "a `kty` or `crv`"),
        (format!(r#"{{"kty":"oct",{SECRET}}}"#), "has no algorithm"),
        (r#"{"kty":"oct","alg":"HS256","k":"c2hvcnQ"}"#.to_owned(), "has a secret of 5 bytes"),
        (format!(r#"{{"kty":"oct","alg":"RS256",{SECRET}}}"#), "is a secret: RS256"),
    ];
    for (key, expected) in cases {
        let problems = resolver(JwksDocument::new(document(std::slice::from_ref(&key)))).problems();
        assert!(problems.len() == 1 && problems[0].contains(expected), "{key}: {problems:?}");
        assert!(problems[0].starts_with("key 1 of the JWKS document "), "{problems:?}");
    }
    let twice =
        [format!(r#"{{"kty":"EC","kid":"p256",{P256}}}"#), format!(r#"{{"kty":"EC","kid":"p256",{P256}}}"#)];
    assert_eq!(
        resolver(JwksDocument::new(document(&twice))).problems(),
        ["two JWT keys have the id `p256` and an algorithm in common"]
    );
    assert!(resolver(JwksDocument::new(document(&[]))).problems()[0].contains("has no key"));
}

#[test]
fn what_is_no_document_is_a_problem() {
    for json in [
        "",
        "[]",
        "{}",
        "null",
        r#"{"keys":{}}"#,
        r#"{"keys":null}"#,
        r#"{"keys":[]"#,
        r#"{"keys":[],"keys":[]}"#,
        r#"{"keys":[{"kty":"EC","kty":"RSA"}]}"#,
        "<html>",
    ] {
        let problems = resolver(JwksDocument::new(json)).problems();
        assert_eq!(
            problems,
            ["the JWKS document is no JSON object with a list `keys`, each name once"],
            "{json}"
        );
    }
    let long = format!(r#"{{"keys":[]{}}}"#, " ".repeat(LONGEST_DOCUMENT));
    assert_eq!(
        resolver(JwksDocument::new(long)).problems(),
        ["the JWKS document is longer than 262144 bytes"]
    );
}

/// What comes over a network holds no secret: whoever can fetch it could sign.
#[test]
fn a_secret_of_an_issuer_is_not_used() {
    let algorithms = [JwtAlgorithm::HS256, JwtAlgorithm::RS256];
    let ours = Document::read(of_each_kind().as_bytes(), &algorithms, Origin::Configuration).unwrap();
    assert_eq!((ours.keys.len(), ours.unusable), (4, Vec::new()));
    let theirs = Document::read(of_each_kind().as_bytes(), &algorithms, Origin::Issuer).unwrap();
    assert_eq!(theirs.keys.len(), 3);
    assert_eq!(theirs.unusable, ["key 4 of the JWKS document is a secret that came over the network"]);
    let secret = document(&[format!(r#"{{"kty":"oct",{SECRET}}}"#)]);
    assert_eq!(Document::read(secret.as_bytes(), &algorithms, Origin::Issuer).unwrap().keys.len(), 0);
}
