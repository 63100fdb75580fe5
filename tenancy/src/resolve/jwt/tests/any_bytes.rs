//! Any bytes there may be in a header, and tokens that are nearly good.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

static RESOLVER: LazyLock<JwtResolver> = LazyLock::new(|| resolver(all_keys()));
/// By each key, for two tenants: (header and claims, signature).
static TOKENS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let signers = [
        (Signer::Secret, r#"{"alg":"HS256","kid":"secret"}"#),
        (Signer::Rsa, r#"{"alg":"RS256"}"#),
        (Signer::P256, r#"{"alg":"ES256","kid":"p256"}"#),
        (Signer::Ed25519, r#"{"alg":"EdDSA"}"#),
    ];
    let of = |(signer, header): (Signer, &str)| {
        ["acme", "globex"].map(|tenant| signer.sign(header, good_claims_of(tenant)))
    };
    signers.into_iter().flat_map(of).collect()
});

fn refused_or_nothing(value: &[u8]) -> Result<(), TestCaseError> {
    let outcome = outcome_of_lines(&RESOLVER, &[value]);
    prop_assert!(outcome == "nothing" || outcome.starts_with("jwt-"), "{}", outcome);
    Ok(())
}

#[test]
fn the_tokens_are_good() {
    for (at, token) in TOKENS.iter().enumerate() {
        assert_eq!(outcome(&RESOLVER, token), if at % 2 == 0 { "acme" } else { "globex" });
    }
}

proptest! {
    #[test]
    fn any_bytes_are_answered(value in proptest::collection::vec(any::<u8>(), 0..300)) {
        refused_or_nothing(&value)?;
        refused_or_nothing(&[b"Bearer ", value.as_slice()].concat())?;
    }

    #[test]
    fn any_parts_are_answered(parts in proptest::collection::vec("[A-Za-z0-9_=-]{0,40}", 0..6)) {
        refused_or_nothing(format!("Bearer {}", parts.join(".")).as_bytes())?;
    }

    #[test]
    fn any_header_and_claims_are_answered(
        header in proptest::collection::vec(any::<u8>(), 0..100),
        alg in "[ -~]{0,8}",
        kid in "\\PC{0,20}",
        claims in proptest::collection::vec(any::<u8>(), 0..100),
        signature in proptest::collection::vec(any::<u8>(), 0..100),
    ) {
        let json = serde_json::json!({ "alg": alg, "kid": kid }).to_string();
        for header in [header.as_slice(), json.as_bytes(), br#"{"alg":"HS256"}"#, br#"{"alg":"RS256"}"#] {
            let token = format!("{}.{}.{}", base64(header), base64(&claims), base64(&signature));
            refused_or_nothing(format!("Bearer {token}").as_bytes())?;
        }
    }

    /// Claims that the issuer has signed, whatever they are: no other tenant than the one that stands there.
    #[test]
    fn any_signed_claims_are_answered(
        claims in proptest::collection::vec(any::<u8>(), 0..100),
        exp in any::<i64>(),
        tenant in "\\PC{0,20}",
    ) {
        prop_assert_eq!(outcome(&RESOLVER, &Signer::Secret.sign(r#"{"alg":"HS256"}"#, &claims)), "jwt-claims");
        let claims = serde_json::json!({ "iss": "https://id.example", "aud": ["orders"], "exp": exp, "tenant": tenant });
        let outcome = outcome(&RESOLVER, &Signer::Secret.sign(r#"{"alg":"HS256"}"#, claims.to_string()));
        prop_assert!(outcome == tenant || outcome.starts_with("jwt-"), "{}", outcome);
    }

    /// A token that differs from a good one in a byte is no good one, and above all not another tenant's.
    #[test]
    fn a_changed_token_is_refused(
        which in 0..8_usize,
        at in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
        how in 0..4,
    ) {
        let mut token = TOKENS[which].clone().into_bytes();
        let at = at.index(token.len());
        match how {
            0 => token[at] = byte,
            1 => token.insert(at, byte),
            2 => drop(token.remove(at)),
            _ => token[at] ^= 1 << (byte % 8),
        }
        // White space before the token is part of the scheme, and after it of HTTP's.
        prop_assume!(token.trim_ascii() != TOKENS[which].as_bytes());
        let outcome = outcome_of_lines(&RESOLVER, &[[b"Bearer ", token.as_slice()].concat().as_slice()]);
        prop_assert!(outcome.starts_with("jwt-"), "{}", outcome);
    }
}

/// The parts of good tokens, put together anew, in every way.
#[test]
fn spliced_tokens_are_refused() {
    let part = |of: usize, which: usize| TOKENS[of].split('.').nth(which).unwrap();
    let mut refused = 0;
    for at in 0..8_usize.pow(3) {
        let (header, claims, signature) = (at / 64, at / 8 % 8, at % 8);
        let token = format!("{}.{}.{}", part(header, 0), part(claims, 1), part(signature, 2));
        if TOKENS.contains(&token) {
            continue;
        }
        assert_eq!(outcome(&RESOLVER, &token), "jwt-signature", "{header} {claims} {signature}");
        refused += 1;
    }
    assert!(refused > 400, "{refused}");
}
