//! Why a token is refused: a code for each cause. Who sends the token is told none of them.

use crate::resolve::Refusal;

/// `tenancy resolve` prints these codes, and docs/jwt.md lists them.
macro_rules! refusals {
    ($($name:ident = $code:literal, $reason:literal;)*) => {
        $(pub(super) const $name: Refusal = Refusal::new($code, $reason);)*

        #[cfg(test)]
        pub(super) const ALL: &[Refusal] = &[$($name),*];
    };
}

refusals! {
    NOT_CONFIGURED = "jwt-not-configured", "the JWT resolver has a problem that the start-up reports";
    REPEATED = "jwt-repeated", "more than one line of Authorization";
    MALFORMED = "jwt-malformed", "Authorization holds no token of three parts in base64url";
    TOO_LONG = "jwt-too-long", "the token is longer than 8192 bytes";
    ENCRYPTED = "jwt-encrypted", "the token is an encrypted one";
    HEADER = "jwt-header", "the token's header is no JSON object with a text as `alg`, each name once";
    CRITICAL = "jwt-crit", "the token's header names extensions as critical";
    ALGORITHM = "jwt-algorithm", "no key may be used with the token's algorithm";
    KEY_UNKNOWN = "jwt-key-unknown", "no key has the token's `kid`";
    KEY_AMBIGUOUS = "jwt-key-ambiguous", "more than one key fits the token";
    KEYS_UNAVAILABLE = "jwt-keys-unavailable", "the issuer's keys could not be fetched";
    SIGNATURE = "jwt-signature", "the token's signature is not of the key";
    CLAIMS = "jwt-claims", "the token's claims are no JSON object with each name once";
    EXPIRY_MISSING = "jwt-exp-missing", "the token has no number as `exp`";
    EXPIRED = "jwt-expired", "the token has expired";
    NOT_BEFORE = "jwt-not-before", "the token is not valid yet, or its `nbf` is no number";
    ISSUER = "jwt-issuer", "the token has not one of the issuers as `iss`";
    AUDIENCE = "jwt-audience", "the token has not one of the audiences in `aud`";
    CLAIM_MISSING = "jwt-claim-missing", "the token has no claim for the tenant";
    CLAIM_TYPE = "jwt-claim-type", "the token's claim for the tenant is no text";
    CLAIM_MALFORMED = "jwt-claim-malformed", "the token's claim for the tenant is no identifier";
}
