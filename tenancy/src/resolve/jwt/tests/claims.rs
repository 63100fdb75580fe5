//! What the claims have to say.

use super::*;

fn outcome_of(resolver: &JwtResolver, claims: impl AsRef<[u8]>) -> String {
    outcome(resolver, &Signer::Secret.sign(r#"{"alg":"HS256"}"#, claims))
}

/// [`good_claims`] with one of them replaced, or left out where `json` is empty.
fn with(claim: &str, json: &str) -> String {
    let exp = format!("{}", NOW + 60);
    let claims =
        [("iss", r#""https://id.example""#), ("aud", r#""orders""#), ("exp", &exp), ("tenant", r#""acme""#)];
    let mut parts: Vec<String> = claims
        .iter()
        .filter(|(name, _)| *name != claim)
        .map(|(name, value)| format!(r#""{name}":{value}"#))
        .collect();
    if !json.is_empty() {
        parts.push(format!(r#""{claim}":{json}"#));
    }
    format!("{{{}}}", parts.join(","))
}

#[test]
fn times_hold_to_the_second() {
    let at = |offset: i64| format!("{}", NOW.saturating_add_signed(offset));
    let (past, future) = (at(-10_000), at(10_000));
    let cases = [
        ("exp", at(1), "acme"),
        ("exp", at(0), "acme"),
        ("exp", at(-9), "acme"),
        ("exp", at(-10), "jwt-expired"),
        ("exp", past.clone(), "jwt-expired"),
        ("exp", format!("{}.5", NOW - 10), "acme"),
        ("exp", format!("{}.5", NOW - 11), "jwt-expired"),
        ("exp", "0".to_owned(), "jwt-expired"),
        ("exp", "-1".to_owned(), "jwt-expired"),
        ("exp", "-1e300".to_owned(), "jwt-expired"),
        ("exp", "1e300".to_owned(), "acme"),
        ("exp", "18446744073709551616".to_owned(), "acme"),
        ("exp", "1e999".to_owned(), "jwt-claims"),
        ("exp", "NaN".to_owned(), "jwt-claims"),
        ("exp", String::new(), "jwt-exp-missing"),
        ("exp", "null".to_owned(), "jwt-exp-missing"),
        ("exp", "true".to_owned(), "jwt-exp-missing"),
        ("exp", format!("\"{future}\""), "jwt-exp-missing"),
        ("exp", format!("[{future}]"), "jwt-exp-missing"),
        ("exp", format!("{{\"a\":{future}}}"), "jwt-exp-missing"),
        ("nbf", past, "acme"),
        ("nbf", at(10), "acme"),
        ("nbf", at(11), "jwt-not-before"),
        ("nbf", future, "jwt-not-before"),
        ("nbf", "1e300".to_owned(), "jwt-not-before"),
        ("nbf", "null".to_owned(), "jwt-not-before"),
        ("nbf", "\"0\"".to_owned(), "jwt-not-before"),
        ("nbf", "[0]".to_owned(), "jwt-not-before"),
        // Nothing is said of it.
        ("iat", at(10_000), "acme"),
        ("iat", "\"today\"".to_owned(), "acme"),
    ];
    let resolver = resolver(all_keys());
    for (claim, json, expected) in cases {
        assert_eq!(outcome_of(&resolver, with(claim, &json)), expected, "{claim} {json}");
    }
}

#[test]
fn the_leeway_is_what_is_asked_for() {
    use std::time::Duration;

    let exact = resolver(all_keys()).leeway(Duration::ZERO);
    assert_eq!(outcome_of(&exact, with("exp", &NOW.to_string())), "jwt-expired");
    assert_eq!(outcome_of(&exact, with("exp", &(NOW + 1).to_string())), "acme");
    assert_eq!(outcome_of(&exact, with("nbf", &NOW.to_string())), "acme");
    assert_eq!(outcome_of(&exact, with("nbf", &(NOW + 1).to_string())), "jwt-not-before");
    let minute = resolver(all_keys()).leeway(Duration::from_secs(60));
    assert_eq!(outcome_of(&minute, with("exp", &(NOW - 59).to_string())), "acme");
    assert_eq!(outcome_of(&minute, with("exp", &(NOW - 60).to_string())), "jwt-expired");
}

#[test]
fn issuer_and_audience_are_whole_texts() {
    let cases = [
        ("iss", "", "jwt-issuer"),
        ("iss", "null", "jwt-issuer"),
        ("iss", "1", "jwt-issuer"),
        ("iss", r#""""#, "jwt-issuer"),
        ("iss", r#""https://id.example/""#, "jwt-issuer"),
        ("iss", r#""https://ID.example""#, "jwt-issuer"),
        ("iss", r#""https://id.example.evil.example""#, "jwt-issuer"),
        ("iss", r#""https://id.example ""#, "jwt-issuer"),
        ("iss", r#"["https://id.example"]"#, "jwt-issuer"),
        ("iss", r#"["https://id.example","https://evil.example"]"#, "jwt-issuer"),
        ("iss", r#"{"https://id.example":1}"#, "jwt-issuer"),
        ("aud", r#"["orders"]"#, "acme"),
        ("aud", r#"["invoices","orders"]"#, "acme"),
        ("aud", "", "jwt-audience"),
        ("aud", "null", "jwt-audience"),
        ("aud", "[]", "jwt-audience"),
        ("aud", "1", "jwt-audience"),
        ("aud", r#""""#, "jwt-audience"),
        ("aud", r#""invoices""#, "jwt-audience"),
        ("aud", r#""Orders""#, "jwt-audience"),
        ("aud", r#""orders ""#, "jwt-audience"),
        ("aud", r#""orders invoices""#, "jwt-audience"),
        ("aud", r#""orders-admin""#, "jwt-audience"),
        ("aud", r#"["invoices"]"#, "jwt-audience"),
        ("aud", r#"["orders",1]"#, "jwt-audience"),
        ("aud", r#"["orders",null]"#, "jwt-audience"),
        ("aud", r#"[["orders"]]"#, "jwt-audience"),
        ("aud", r#"{"orders":true}"#, "jwt-audience"),
    ];
    let one = resolver(all_keys());
    for (claim, json, expected) in cases {
        assert_eq!(outcome_of(&one, with(claim, json)), expected, "{claim} {json}");
    }
    let several = resolver(all_keys()).issuer("https://old.example").audience("invoices");
    assert_eq!(outcome_of(&several, with("iss", r#""https://old.example""#)), "acme");
    assert_eq!(outcome_of(&several, with("aud", r#""invoices""#)), "acme");
    assert_eq!(outcome_of(&several, with("aud", r#""other""#)), "jwt-audience");
    let any = JwtResolver::new(all_keys()).any_issuer().any_audience().with_clock(now);
    for (claim, json) in [("iss", ""), ("iss", "7"), ("aud", ""), ("aud", r#"{"x":[]}"#)] {
        assert_eq!(outcome_of(&any, with(claim, json)), "acme", "{claim} {json}");
    }
}

#[test]
fn the_tenant_is_a_text_that_is_an_identifier() {
    let cases = [
        (r#""acme""#, "acme"),
        (r#""\u0061cme""#, "acme"),
        ("", "jwt-claim-missing"),
        ("null", "jwt-claim-type"),
        ("1", "jwt-claim-type"),
        ("true", "jwt-claim-type"),
        (r#"["acme"]"#, "jwt-claim-type"),
        (r#"{"id":"acme"}"#, "jwt-claim-type"),
        (r#""""#, "jwt-claim-malformed"),
        (r#""ACME""#, "jwt-claim-malformed"),
        (r#"" acme""#, "jwt-claim-malformed"),
        (r#""acme\n""#, "jwt-claim-malformed"),
        (r#""acme\u0000""#, "jwt-claim-malformed"),
        (r#""../globex""#, "jwt-claim-malformed"),
        (r#""acme,globex""#, "jwt-claim-malformed"),
        (r#""' OR 1=1""#, "jwt-claim-malformed"),
        (r#""аcme""#, "jwt-claim-malformed"),
    ];
    let resolver = resolver(all_keys());
    for (json, expected) in cases {
        assert_eq!(outcome_of(&resolver, with("tenant", json)), expected, "{json}");
    }
    let long = format!("\"{}\"", "a".repeat(4_000));
    assert_eq!(outcome_of(&resolver, with("tenant", &long)), "jwt-claim-malformed");
}

#[test]
fn a_claim_may_be_nested() {
    let cases = [
        ("org.tenant", "org", r#"{"tenant":"acme"}"#, "acme"),
        ("org.tenant", "org", r#"{"tenant":"acme","x":[1,{}]}"#, "acme"),
        ("org.tenant", "org", "{}", "jwt-claim-missing"),
        ("org.tenant", "org", "", "jwt-claim-missing"),
        ("org.tenant", "org.tenant", r#""acme""#, "jwt-claim-missing"),
        ("org.tenant", "org", r#""acme""#, "jwt-claim-type"),
        ("org.tenant", "org", "null", "jwt-claim-type"),
        ("org.tenant", "org", r#"[{"tenant":"acme"}]"#, "jwt-claim-type"),
        ("org.tenant", "org", r#"{"tenant":7}"#, "jwt-claim-type"),
        ("org.tenant", "org", r#"{"tenant":"acme","tenant":"globex"}"#, "jwt-claims"),
        ("a.b.c.d", "a", r#"{"b":{"c":{"d":"acme"}}}"#, "acme"),
        ("a.b.c.d", "a", r#"{"b":{"c":"acme"}}"#, "jwt-claim-type"),
    ];
    for (path, claim, json, expected) in cases {
        assert_eq!(
            outcome_of(&resolver(all_keys()).claim(path), with(claim, json)),
            expected,
            "{path} {json}"
        );
    }
    let url = || resolver(all_keys()).claim_path(["https://orders.example/org", "tenant.id"]);
    let claims = with("https://orders.example/org", r#"{"tenant.id":"acme"}"#);
    assert_eq!(outcome_of(&url(), claims), "acme");
    assert_eq!(outcome_of(&url(), good_claims()), "jwt-claim-missing");
}

#[test]
fn claims_are_one_object_with_each_name_once() {
    let good = good_claims();
    let inner = good.trim_start_matches('{').trim_end_matches('}');
    let cases = [
        format!(r#"{{{inner},"tenant":"globex"}}"#),
        format!(r#"{{"tenant":"globex",{inner}}}"#),
        format!(r#"{{{inner},"tenant":"acme"}}"#),
        format!(r#"{{{inner},"t\u0065nant":"globex"}}"#),
        format!(r#"{{{inner},"exp":9999999999}}"#),
        format!(r#"{{{inner},"aud":"orders"}}"#),
        format!(r#"{{{inner},"x":[{{"y":1,"y":2}}]}}"#),
        format!("[{good}]"),
        format!("{good}{good}"),
        format!("{good},"),
        format!("\u{feff}{good}"),
        format!("{{{inner}"),
        format!("{{{inner},}}"),
        "{\"a\":".repeat(1_000),
        "[".repeat(5_000),
        "\"acme\"".to_owned(),
        "acme".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        String::new(),
    ];
    let resolver = resolver(all_keys());
    for claims in cases {
        assert_eq!(outcome_of(&resolver, &claims), "jwt-claims", "{claims}");
    }
    let bytes = [br#"{"x":""#.as_slice(), b"\xff\xfe\",", inner.as_bytes(), b"}"].concat();
    assert_eq!(outcome_of(&resolver, bytes), "jwt-claims");
    assert_eq!(outcome_of(&resolver, format!(" \n{good}\t")), "acme", "white space is JSON's own");
}
