//! What stands in `Authorization`, and how a token is put together.

use super::super::token::LONGEST_TOKEN;
use super::*;

fn good() -> String {
    Signer::Secret.sign(r#"{"alg":"HS256"}"#, good_claims())
}

#[test]
fn one_line_of_the_scheme_bearer_counts() {
    let token = good();
    let with = |before: &str, after: &str| format!("{before}{token}{after}");
    let cases = [
        (with("Bearer ", ""), "acme"),
        (with("bearer ", ""), "acme"),
        (with("BEARER ", ""), "acme"),
        (with("bEaReR ", ""), "acme"),
        (with("Bearer   ", ""), "acme"),
        // White space around a value is HTTP's.
        (with(" Bearer ", ""), "acme"),
        (with("\tBearer ", " \t"), "acme"),
        // Other schemes.
        ("Basic YWNtZTpzZWNyZXQ=".to_owned(), "nothing"),
        ("Digest username=\"acme\"".to_owned(), "nothing"),
        (format!("Negotiate {}", "A".repeat(100_000)), "nothing"),
        (with("JWT ", ""), "nothing"),
        (with("Token ", ""), "nothing"),
        (with("BearerX ", ""), "nothing"),
        (with("X-Bearer ", ""), "nothing"),
        (with("", ""), "nothing"),
        // Not quite the scheme, for some other reader.
        (with("Bearer\t", ""), "jwt-malformed"),
        (with("Bearer \t", ""), "jwt-malformed"),
        (with("Bearer\u{a0}", ""), "jwt-malformed"),
        (with("Bearer:", ""), "jwt-malformed"),
        (with("Bearer,", ""), "jwt-malformed"),
        (with("\"Bearer\" ", ""), "jwt-malformed"),
        (String::new(), "jwt-malformed"),
        (" ".to_owned(), "jwt-malformed"),
        ("Bearer".to_owned(), "jwt-malformed"),
        ("Bearer ".to_owned(), "jwt-malformed"),
        ("Bearer null".to_owned(), "jwt-malformed"),
        ("Bearer undefined".to_owned(), "jwt-malformed"),
        // More than a token.
        (with("Bearer ", " ,"), "jwt-malformed"),
        (with("Bearer ", "\n"), "jwt-malformed"),
        (with("Bearer ", "\0"), "jwt-malformed"),
        (with("Bearer ", ";"), "jwt-malformed"),
        (with("Bearer \"", "\""), "jwt-malformed"),
        (with("Bearer token=", ""), "jwt-malformed"),
        (with("Bearer ", ", Basic YQ=="), "jwt-malformed"),
        (with("Bearer Bearer ", ""), "jwt-malformed"),
        (format!("Bearer {token}, Bearer {token}"), "jwt-malformed"),
        (format!("Bearer {token} {token}"), "jwt-malformed"),
    ];
    let resolver = resolver(all_keys());
    for (value, expected) in cases {
        assert_eq!(outcome_of_lines(&resolver, &[value.as_bytes()]), expected, "{value:?}");
    }
    let (one, other) = (format!("Bearer {token}"), "Basic YQ==");
    assert_eq!(outcome_of_lines(&resolver, &[]), "nothing");
    assert_eq!(outcome_of_lines(&resolver, &[one.as_bytes(), one.as_bytes()]), "jwt-repeated");
    assert_eq!(outcome_of_lines(&resolver, &[other.as_bytes(), one.as_bytes()]), "jwt-repeated");
    assert_eq!(outcome_of_lines(&resolver, &[b"", one.as_bytes()]), "jwt-repeated");
    for bytes in [b"\xff\xfe".as_slice(), b"Bearer \xff.\xfe.\xfd", b"Bearer a.b\xc3\x28.c", b"\0"] {
        assert_eq!(outcome_of_lines(&resolver, &[bytes]), "jwt-malformed", "{bytes:?}");
    }
}

#[test]
fn a_token_has_three_parts_in_base64url() {
    let token = good();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (header, claims) = message.split_once('.').unwrap();
    let cases = [
        (header.to_owned(), "jwt-malformed"),
        (format!("{header}.{claims}"), "jwt-malformed"),
        (format!("{token}."), "jwt-malformed"),
        (format!(".{token}"), "jwt-malformed"),
        (format!("{token}.{signature}"), "jwt-malformed"),
        (format!("{token}.."), "jwt-encrypted"),
        (format!("{token}.{claims}.{signature}"), "jwt-encrypted"),
        (format!("{token}.a.b.c"), "jwt-malformed"),
        (".".to_owned(), "jwt-malformed"),
        ("..".to_owned(), "jwt-header"),
        ("...".to_owned(), "jwt-malformed"),
        ("....".to_owned(), "jwt-encrypted"),
        (".".repeat(8_000), "jwt-malformed"),
        (format!("{header}..{signature}"), "jwt-signature"),
        (format!("{message}."), "jwt-signature"),
        (format!(".{claims}.{signature}"), "jwt-header"),
        (format!("{token}="), "jwt-malformed"),
        (format!("{header}=.{claims}.{signature}"), "jwt-malformed"),
        (format!("{header}.{claims}==.{signature}"), "jwt-malformed"),
        (format!("{header}. {claims}.{signature}"), "jwt-malformed"),
        (format!("{header} .{claims}.{signature}"), "jwt-malformed"),
        (format!("{header}\n.{claims}.{signature}"), "jwt-malformed"),
        (format!("{header}%3D.{claims}.{signature}"), "jwt-malformed"),
        (format!("{header}+.{claims}.{signature}"), "jwt-malformed"),
        (format!("{header}/.{claims}.{signature}"), "jwt-malformed"),
        (format!("{message}.{signature}A"), "jwt-signature"),
        (format!("{message}.{signature}AA"), "jwt-malformed"),
        (token.replace('.', "%2E"), "jwt-malformed"),
        (token.replace('.', "．"), "jwt-malformed"),
        // RFC 7516, A.1: an encrypted one.
        (
            "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.AA.48V1_ALb6US04U3b.5eym8TW_c8SuK0lt.XFBoMYUZodetZdvT".to_owned(),
            "jwt-encrypted",
        ),
    ];
    let resolver = resolver(all_keys());
    for (token, expected) in cases {
        assert_eq!(outcome(&resolver, &token), expected, "{token}");
    }
}

/// The signature is verified over the text as it was sent, so claims that are no base64url can be signed.
#[test]
fn claims_are_base64url_though_they_are_signed() {
    let header = base64(r#"{"alg":"HS256"}"#);
    let claims = base64(good_claims());
    let cases = [
        (claims.clone(), "acme"),
        (format!("{claims}="), "jwt-malformed"),
        (format!(" {claims}"), "jwt-malformed"),
        (format!("{claims}\n"), "jwt-malformed"),
        (format!("{claims}+"), "jwt-malformed"),
        (format!("{claims}/"), "jwt-malformed"),
        (r#"{"tenant":"acme"}"#.to_owned(), "jwt-malformed"),
        ("A".to_owned(), "jwt-claims"),
        ("e31".to_owned(), "jwt-claims"),
        (format!("{claims}A"), "jwt-claims"),
        (format!("{claims}AAAA"), "jwt-claims"),
        (String::new(), "jwt-claims"),
    ];
    for (claims, expected) in cases {
        let token = sign_with(&Signer::Secret.key(), Algorithm::HS256, &format!("{header}.{claims}"));
        assert_eq!(outcome(&resolver(all_keys()), &token), expected, "{claims}");
    }
}

/// The last character of base64 has bits that mean nothing: they have to be zero.
#[test]
fn a_signature_has_one_spelling() {
    let token = good();
    let (rest, last) = token.split_at(token.len() - 1);
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let held: Vec<char> = alphabet
        .chars()
        .filter(|other| outcome(&resolver(all_keys()), &format!("{rest}{other}")) == "acme")
        .collect();
    assert_eq!(held, last.chars().collect::<Vec<_>>());
}

#[test]
fn a_token_has_a_longest_length() {
    let padded = |length: usize| {
        let claims = good_claims();
        let inner = claims.trim_end_matches('}');
        Signer::Secret.sign(r#"{"alg":"HS256"}"#, format!(r#"{inner},"x":"{}"}}"#, "a".repeat(length)))
    };
    let resolver = resolver(all_keys());
    let fits = (5_800..6_100).map(padded).take_while(|token| token.len() <= LONGEST_TOKEN).last().unwrap();
    assert!(fits.len() > LONGEST_TOKEN - 4);
    assert_eq!(outcome(&resolver, &fits), "acme");
    for length in [6_100, 10_000, 1 << 20] {
        assert_eq!(outcome(&resolver, &padded(length)), "jwt-too-long");
    }
    assert_eq!(outcome(&resolver, &"a".repeat(1 << 20)), "jwt-too-long");
    assert_eq!(outcome(&resolver, &".".repeat(1 << 20)), "jwt-too-long");
}
