//! The examples of RFC 7515 (appendix A) and RFC 8037 (appendix A.4), with the RFCs' keys.
//!
//! Their claims are `{"iss":"joe","exp":1300819380,"http://example.com/is_root":true}`.

use super::*;

const CLAIMS: &str =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

const HS256: (&str, &str) =
    ("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
const RS256: (&str, &str) = (
    "eyJhbGciOiJSUzI1NiJ9",
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1\
     dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwus\
     C-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
);
const ES256: (&str, &str) = (
    "eyJhbGciOiJFUzI1NiJ9",
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
);
const NONE: (&str, &str) = ("eyJhbGciOiJub25lIn0", "");

/// A second before the examples expire.
fn in_2011() -> f64 {
    1_300_819_379.0
}

fn joes_resolver() -> JwtResolver {
    JwtResolver::new(all_keys()).issuer("joe").any_audience().claim("iss").with_clock(in_2011)
}

fn token((header, signature): (&str, &str)) -> String {
    format!("{header}.{CLAIMS}.{signature}")
}

#[test]
fn signatures_hold() {
    for (name, example) in [("A.1", HS256), ("A.2", RS256), ("A.3", ES256)] {
        assert_eq!(outcome(&joes_resolver(), &token(example)), "joe", "{name}");
    }
}

/// Each with the signature of each other.
#[test]
fn signatures_are_of_their_own_message() {
    for (at, (header, _)) in [HS256, RS256, ES256].into_iter().enumerate() {
        for (other, (_, signature)) in [HS256, RS256, ES256, NONE].into_iter().enumerate() {
            let expected = if at == other { "joe" } else { "jwt-signature" };
            assert_eq!(outcome(&joes_resolver(), &token((header, signature))), expected, "{at} {other}");
        }
    }
}

/// A.5: an unsecured one.
#[test]
fn none_is_no_algorithm() {
    assert_eq!(outcome(&joes_resolver(), &token(NONE)), "jwt-algorithm");
    assert_eq!(outcome(&joes_resolver(), &token((NONE.0, HS256.1))), "jwt-algorithm");
}

/// A.4, which is signed with ES512, and A.6 and A.7, which are JSON.
#[test]
fn forms_that_are_not_supported_are_refused() {
    let es512 = "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7Xdt\
                 AG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn";
    assert_eq!(outcome(&joes_resolver(), es512), "jwt-algorithm");
    let (header, signature) = ES256;
    let json = format!(r#"{{"payload":"{CLAIMS}","protected":"{header}","signature":"{signature}"}}"#);
    assert_eq!(outcome(&joes_resolver(), &json), "jwt-malformed");
}

#[test]
fn they_have_expired() {
    let today = joes_resolver().with_clock(now);
    for example in [HS256, RS256, ES256] {
        assert_eq!(outcome(&today, &token(example)), "jwt-expired");
    }
}

#[test]
fn a_claim_of_another_type_is_not_taken_for_text() {
    let root = JwtResolver::new(all_keys()).issuer("joe").any_audience().with_clock(in_2011);
    assert_eq!(outcome(&root.claim_path(["http://example.com/is_root"]), &token(HS256)), "jwt-claim-type");
}

/// RFC 8037, A.4. Its payload is no JSON, which is found out after the signature has held.
#[test]
fn ed25519_holds() {
    let (header, payload) = ("eyJhbGciOiJFZERTQSJ9", "RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc");
    let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    assert_eq!(outcome(&joes_resolver(), &format!("{header}.{payload}.{signature}")), "jwt-claims");
    assert_eq!(outcome(&joes_resolver(), &format!("{header}.{CLAIMS}.{signature}")), "jwt-signature");
}
