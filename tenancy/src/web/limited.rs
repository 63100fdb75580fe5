//! Rate limits: what a request is told of them.
//!
//! The fields are those of the Internet-Draft `draft-ietf-httpapi-ratelimit-headers-11`.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};

use super::settings::Settings;
use crate::error::TenancyError;
use crate::limit::{RateDecision, RateLimit, RateLimitError, RateLimiter};
use crate::tenant::Tenant;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// The limiter whose name adds nothing.
const NAMELESS: &str = "default";

/// What has been decided about a request.
pub(super) struct Limited {
    fields: Option<Fields>,
}

struct Fields {
    policy: HeaderValue,
    limit: HeaderValue,
    retry_after: Option<HeaderValue>,
}

impl Limited {
    /// Counts the request, if there is a limiter. The error is what it is answered with, if it is not let through.
    pub(super) async fn check(settings: &Settings, tenant: &Tenant) -> (Self, Result<(), TenancyError>) {
        let Some(limiter) = &settings.limiter else { return (Self { fields: None }, Ok(())) };
        match limiter.check(tenant).await {
            Ok(decision) => (Self::told(limiter, &decision), Ok(())),
            Err(RateLimitError::Exceeded(decision)) => {
                (Self::told(limiter, &decision), Err(RateLimitError::Exceeded(decision).into()))
            }
            Err(error) => (Self { fields: None }, Err(error.into())),
        }
    }

    fn told(limiter: &RateLimiter, decision: &RateDecision) -> Self {
        if decision.windows().is_empty() {
            return Self { fields: None };
        }
        let (mut policy, mut limit) = (String::new(), String::new());
        for window in decision.windows() {
            let name = policy_name(limiter.name(), window.limit);
            let (requests, seconds) = (window.limit.requests(), window.limit.seconds());
            let separator = if policy.is_empty() { "" } else { ", " };
            policy.push_str(&format!("{separator}\"{name}\";q={requests};w={seconds}"));
            let next = whole_seconds(window.next);
            limit.push_str(&format!("{separator}\"{name}\";r={};t={next}", window.remaining()));
        }
        let retry_after = decision.retry_after().map(|after| HeaderValue::from(whole_seconds(after).max(1)));
        // Names are letters, digits and `-`.
        let fields = match (HeaderValue::try_from(policy), HeaderValue::try_from(limit)) {
            (Ok(policy), Ok(limit)) => Some(Fields { policy, limit, retry_after }),
            _ => None,
        };
        Self { fields }
    }

    /// Writes the fields. Both are lists, which may be in several lines: a limiter further in has its own.
    pub(super) fn tell(self, headers: &mut HeaderMap) {
        let Some(fields) = self.fields else { return };
        headers.append(POLICY, fields.policy);
        headers.append(LIMIT, fields.limit);
        if let Some(retry_after) = fields.retry_after.filter(|_| !headers.contains_key(RETRY_AFTER)) {
            headers.insert(RETRY_AFTER, retry_after);
        }
    }
}

/// Rounded up: not too early by a fraction.
pub(super) fn whole_seconds(time: std::time::Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

fn policy_name(limiter: &str, limit: RateLimit) -> String {
    let window = match limit.seconds() {
        1 => "per-second".to_owned(),
        60 => "per-minute".to_owned(),
        3_600 => "per-hour".to_owned(),
        86_400 => "per-day".to_owned(),
        seconds => format!("per-{seconds}-seconds"),
    };
    if limiter == NAMELESS { window } else { format!("{limiter}-{window}") }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn names_say_whose_and_how_long() {
        assert_eq!(policy_name("default", RateLimit::per_minute(5)), "per-minute");
        assert_eq!(policy_name("exports", RateLimit::per_day(5)), "exports-per-day");
        assert_eq!(policy_name("default", RateLimit::new(5, 90)), "per-90-seconds");
    }

    #[test]
    fn seconds_are_rounded_up() {
        for (millis, seconds) in [(0, 0), (1, 1), (1_000, 1), (1_001, 2)] {
            assert_eq!(whole_seconds(Duration::from_millis(millis)), seconds);
        }
    }
}
