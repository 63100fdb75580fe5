//! Threat 14: what a forger writes into a token's header, and signatures that are none.

use super::*;

/// A token of this header, with [`good_claims`], signed by the secret.
fn with_header(header: &str) -> String {
    Signer::Secret.sign(header, good_claims())
}

#[test]
fn every_algorithm_holds_with_its_key() {
    let algorithms = [
        (Signer::Secret, vec![Algorithm::HS256, Algorithm::HS384, Algorithm::HS512]),
        (Signer::Rsa, vec![Algorithm::RS256, Algorithm::RS384, Algorithm::RS512]),
        (Signer::Rsa, vec![Algorithm::PS256, Algorithm::PS384, Algorithm::PS512]),
        (Signer::P256, vec![Algorithm::ES256]),
        (Signer::P384, vec![Algorithm::ES384]),
        (Signer::Ed25519, vec![Algorithm::EdDSA]),
    ];
    let resolver = resolver(all_keys());
    for (signer, algorithms) in algorithms {
        for algorithm in algorithms {
            let header = format!(r#"{{"alg":"{algorithm:?}"}}"#);
            assert_eq!(
                outcome(&resolver, &signer.sign_by(algorithm, header, good_claims())),
                "acme",
                "{algorithm:?}"
            );
        }
    }
    assert_eq!(outcome(&resolver, &Signer::Ed25519.sign(r#"{"alg":"Ed25519"}"#, good_claims())), "acme");
}

#[test]
fn a_header_is_believed_in_nothing() {
    let cases = [
        // The algorithm.
        (r#"{"alg":"none"}"#, "jwt-algorithm"),
        (r#"{"alg":"None"}"#, "jwt-algorithm"),
        (r#"{"alg":"NONE"}"#, "jwt-algorithm"),
        (r#"{"alg":"nOnE"}"#, "jwt-algorithm"),
        (r#"{"alg":"n\u006fne"}"#, "jwt-algorithm"),
        (r#"{"alg":""}"#, "jwt-algorithm"),
        (r#"{"alg":"hs256"}"#, "jwt-algorithm"),
        (r#"{"alg":"HS256 "}"#, "jwt-algorithm"),
        (r#"{"alg":"HS1"}"#, "jwt-algorithm"),
        (r#"{"alg":"ES512"}"#, "jwt-algorithm"),
        (r#"{"alg":"ES256K"}"#, "jwt-algorithm"),
        (r#"{"alg":"RSA-OAEP"}"#, "jwt-algorithm"),
        (r#"{"alg":"dir","enc":"A256GCM"}"#, "jwt-algorithm"),
        (r#"{"alg":"RS256"}"#, "jwt-signature"),
        (r#"{"alg":"ES256"}"#, "jwt-signature"),
        (r#"{"alg":"HS512"}"#, "jwt-signature"),
        (r#"{"alg":"HS256","kid":"rsa"}"#, "jwt-algorithm"),
        (r#"{"typ":"JWT"}"#, "jwt-header"),
        (r#"{"alg":null}"#, "jwt-header"),
        (r#"{"alg":256}"#, "jwt-header"),
        (r#"{"alg":["HS256"]}"#, "jwt-header"),
        (r#"{"ALG":"HS256"}"#, "jwt-header"),
        // The key's id.
        (r#"{"alg":"HS256","kid":"secret"}"#, "acme"),
        (r#"{"alg":"HS256","kid":"Secret"}"#, "jwt-key-unknown"),
        (r#"{"alg":"HS256","kid":""}"#, "jwt-key-unknown"),
        (r#"{"alg":"HS256","kid":"../../../../dev/null"}"#, "jwt-key-unknown"),
        (r#"{"alg":"HS256","kid":"file:///proc/sys/kernel/randomize_va_space"}"#, "jwt-key-unknown"),
        (r#"{"alg":"HS256","kid":"' UNION SELECT 'secret' -- "}"#, "jwt-key-unknown"),
        (r#"{"alg":"HS256","kid":"secret'; DROP TABLE tenants; --"}"#, "jwt-key-unknown"),
        (r#"{"alg":"HS256","kid":"secret | sleep 10"}"#, "jwt-key-unknown"),
        (r#"{"alg":"HS256","kid":"secret\u0000"}"#, "jwt-key-unknown"),
        (r#"{"alg":"HS256","kid":"http://169.254.169.254/latest/"}"#, "jwt-key-unknown"),
        (r#"{"alg":"HS256","kid":0}"#, "jwt-header"),
        (r#"{"alg":"HS256","kid":null}"#, "jwt-header"),
        (r#"{"alg":"HS256","kid":["secret"]}"#, "jwt-header"),
        (r#"{"alg":"HS256","kid":{"$ne":""}}"#, "jwt-header"),
        // What is critical.
        (r#"{"alg":"HS256","crit":[]}"#, "jwt-crit"),
        (r#"{"alg":"HS256","crit":null}"#, "jwt-crit"),
        (r#"{"alg":"HS256","crit":["exp"],"exp":1}"#, "jwt-crit"),
        (r#"{"alg":"HS256","crit":["b64"],"b64":false}"#, "jwt-crit"),
        (r#"{"alg":"HS256","crit":["http://example.com/x"],"http://example.com/x":1}"#, "jwt-crit"),
        // Names twice: another reader may take the other one.
        (r#"{"alg":"none","alg":"HS256"}"#, "jwt-header"),
        (r#"{"alg":"HS256","alg":"HS256"}"#, "jwt-header"),
        (r#"{"alg":"HS256","\u0061lg":"none"}"#, "jwt-header"),
        (r#"{"alg":"HS256","kid":"secret","kid":"rsa"}"#, "jwt-header"),
        (r#"{"alg":"HS256","x":{"y":1,"y":2}}"#, "jwt-header"),
        // No object, or more than one.
        ("", "jwt-header"),
        ("[]", "jwt-header"),
        ("null", "jwt-header"),
        (r#""HS256""#, "jwt-header"),
        (r#"[{"alg":"HS256"}]"#, "jwt-header"),
        (r#"{"alg":"HS256"}{}"#, "jwt-header"),
        (r#"{"alg":"HS256""#, "jwt-header"),
        ("{\"alg\":\"HS256\"}\0", "jwt-header"),
        ("\u{feff}{\"alg\":\"HS256\"}", "jwt-header"),
        ("{'alg':'HS256'}", "jwt-header"),
        // What says nothing to us.
        (r#"{"alg":"HS256","typ":"JWT","cty":"x","b64":false,"zip":"DEF"}"#, "acme"),
        ("{\r\n \"alg\" : \"HS256\" }\n", "acme"),
    ];
    let resolver = resolver(all_keys());
    for (header, expected) in cases {
        assert_eq!(outcome(&resolver, &with_header(header)), expected, "{header}");
    }
    let bytes = Signer::Secret.sign(b"{\"alg\":\"HS256\",\"x\":\"\xff\"}", good_claims());
    assert_eq!(outcome(&resolver, &bytes), "jwt-header");
}

#[test]
fn none_is_refused_without_a_signature_too() {
    for algorithm in ["none", "None", "NONE", "nOnE", ""] {
        let token = format!("{}.{}.", base64(format!(r#"{{"alg":"{algorithm}"}}"#)), base64(good_claims()));
        assert_eq!(outcome(&resolver(all_keys()), &token), "jwt-algorithm", "{algorithm}");
    }
}

/// A public key is known to everybody, and taken for a secret it would sign for everybody.
#[test]
fn a_public_key_is_no_secret() {
    let pem = pem!("rfc7515-a2.pub");
    let der: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64::engine::general_purpose::STANDARD.decode(der).unwrap();
    let forms: [&[u8]; 5] =
        [pem.as_bytes(), pem.trim_end().as_bytes(), pem!("rfc7515-a3.pub").as_bytes(), &der, b""];
    let rsa_alone = || JwtKey::pem([JwtAlgorithm::RS256], pem!("rfc7515-a2.pub"));
    for form in forms {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            for (kid, expected) in [("", "jwt-signature"), (r#","kid":"rsa""#, "jwt-algorithm")] {
                let header = base64(format!(r#"{{"alg":"{algorithm:?}"{kid}}}"#));
                let message = format!("{header}.{}", base64(good_claims()));
                let token = sign_with(&EncodingKey::from_secret(form), algorithm, &message);
                assert_eq!(outcome(&resolver(all_keys()), &token), expected);
                let expected = if kid.is_empty() { "jwt-algorithm" } else { "jwt-key-unknown" };
                assert_eq!(outcome(&resolver(rsa_alone()), &token), expected);
            }
        }
    }
}

/// A key may be used with the algorithms it is configured for, though it could be used with others.
#[test]
fn a_key_is_used_with_its_own_algorithms() {
    let rs256 = resolver(JwtKey::pem([JwtAlgorithm::RS256], pem!("rfc7515-a2.pub")));
    for (algorithm, expected) in
        [(Algorithm::RS256, "acme"), (Algorithm::RS512, "jwt-algorithm"), (Algorithm::PS256, "jwt-algorithm")]
    {
        let token = Signer::Rsa.sign_by(algorithm, format!(r#"{{"alg":"{algorithm:?}"}}"#), good_claims());
        assert_eq!(outcome(&rs256, &token), expected);
    }
}

/// The token brings its own key, or says where to get it: what `somebody_else` signs does not hold because of it.
#[test]
fn keys_in_the_header_are_not_used() {
    let jwk = r#"{"kty":"EC","crv":"P-256","x":"5cewTiPo8qZlW3anj1Gc_A-y_UNt","y":"AA"}"#;
    let parameters = [
        format!(r#""jwk":{jwk}"#),
        r#""jku":"https://evil.example/jwks.json""#.to_owned(),
        r#""jku":"file:///etc/passwd""#.to_owned(),
        r#""x5u":"http://127.0.0.1:1/cert.pem""#.to_owned(),
        r#""x5c":["MIIB"],"x5t":"AA","x5t#S256":"AA""#.to_owned(),
        r#""jwk":7,"jku":[],"x5u":{},"x5c":null"#.to_owned(),
    ];
    let resolver = resolver(all_keys());
    for parameter in parameters {
        for kid in ["", r#","kid":"p256""#] {
            let header = format!(r#"{{"alg":"ES256",{parameter}{kid}}}"#);
            assert_eq!(
                outcome(&resolver, &Signer::SomebodyElse.sign(&header, good_claims())),
                "jwt-signature"
            );
            // Issuers do send these; they say nothing.
            assert_eq!(outcome(&resolver, &Signer::P256.sign(&header, good_claims())), "acme", "{header}");
        }
    }
}

#[test]
fn signatures_that_are_none_are_refused() {
    let resolver = resolver(all_keys());
    for (signer, algorithm, length) in [
        (Signer::Secret, "HS256", 32),
        (Signer::Rsa, "RS256", 256),
        (Signer::P256, "ES256", 64),
        (Signer::P384, "ES384", 96),
        (Signer::Ed25519, "EdDSA", 64),
    ] {
        let token = signer.sign(format!(r#"{{"alg":"{algorithm}"}}"#), good_claims());
        let (message, signature) = token.rsplit_once('.').unwrap();
        let signature = unbase64(signature);
        assert_eq!(signature.len(), length);
        let mut flipped = signature.clone();
        flipped[length / 2] ^= 1;
        let forms: [(&str, Vec<u8>); 7] = [
            ("none", Vec::new()),
            ("zeros", vec![0; length]),
            ("ones", vec![0xff; length]),
            ("cut", signature[..length - 1].to_vec()),
            ("longer", [signature.as_slice(), &[0]].concat()),
            ("twice", signature.repeat(2)),
            ("flipped", flipped),
        ];
        for (form, signature) in forms {
            let forged = format!("{message}.{}", base64(signature));
            assert_eq!(outcome(&resolver, &forged), "jwt-signature", "{algorithm} {form}");
        }
        let (_, globex) = token.split_once('.').unwrap();
        let globex = globex.replacen(&base64(good_claims()), &base64(good_claims_of("globex")), 1);
        let forged = format!("{}.{globex}", token.split('.').next().unwrap());
        assert_eq!(outcome(&resolver, &forged), "jwt-signature", "{algorithm} of another tenant");
    }
}

/// ECDSA in DER, as openssl writes it, is no JWS.
#[test]
fn a_signature_in_der_is_refused() {
    let token = Signer::P256.sign(r#"{"alg":"ES256"}"#, good_claims());
    let (message, signature) = token.rsplit_once('.').unwrap();
    let raw = unbase64(signature);
    let integer = |half: &[u8]| [&[2, 33, 0], half].concat();
    let der = [&[0x30, 70], integer(&raw[..32]).as_slice(), &integer(&raw[32..])].concat();
    assert_eq!(outcome(&resolver(all_keys()), &format!("{message}.{}", base64(der))), "jwt-signature");
}
