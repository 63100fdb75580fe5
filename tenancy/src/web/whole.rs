//! An answer as bytes, for tests.

use std::fmt::Write as _;

use actix_web::body::MessageBody;
use actix_web::dev::ServiceResponse;

/// The whole of an answer: status, headers and body, in the form [`TwoTenants::check`] looks through.
///
/// A compressed body is not unpacked: ask for it without `Accept-Encoding`.
///
/// [`TwoTenants::check`]: crate::testing::TwoTenants::check
pub async fn whole_answer<B: MessageBody>(response: ServiceResponse<B>) -> Vec<u8> {
    let mut head = format!("{}\n", response.status());
    for (name, value) in response.headers() {
        // Writing to a `String` does not fail.
        let _ = writeln!(head, "{name}: {}", String::from_utf8_lossy(value.as_bytes()));
    }
    head.push('\n');
    let mut whole = head.into_bytes();
    match actix_web::body::to_bytes(response.into_body()).await {
        Ok(body) => whole.extend_from_slice(&body),
        Err(_) => whole.extend_from_slice(b"(the body broke off)"),
    }
    whole
}
