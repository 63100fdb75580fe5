//! What every store of rate limits has to do.

use std::time::Duration;

use serde_json::json;
use tenancy::limit::{FailMode, MemoryRateStore, RateLimit, RateLimiter, RateLimiterBuilder};

use super::{admitted, decide, plain, prefix, shared, tenant};

/// Makes one test of every behaviour for every store.
macro_rules! contract {
    ($($behaviour:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test] async fn $behaviour() {
                super::$behaviour(|| super::RateLimiter::builder(super::MemoryRateStore::new())).await;
            })+
        }
        mod redis {
            $(#[tokio::test] async fn $behaviour() {
                let prefix = super::prefix();
                super::$behaviour(|| super::RateLimiter::builder(super::shared(&prefix))).await;
            })+
        }
    };
}

contract! {
    exactly_the_limit_passes_and_one_more_does_not,
    thirty_two_at_once_are_never_more_than_the_limit,
    a_window_slides,
    several_windows_are_decided_together,
    tenants_share_nothing,
    limiters_of_other_names_share_nothing,
    a_large_limit_is_held_too,
    a_lowered_limit_counts_what_was_before,
    a_tenants_own_limit_comes_first,
}

/// The reference system's limiter of 5 let 50 of 50 in.
async fn exactly_the_limit_passes_and_one_more_does_not(builder: impl Fn() -> RateLimiterBuilder) {
    let limiter = builder().limits([RateLimit::per_minute(5)]).build().unwrap();
    let acme = plain("acme");
    assert_eq!(admitted(&limiter, &acme, 5).await, [true; 5]);
    assert_eq!(admitted(&limiter, &acme, 45).await, [false; 45]);
    let refused = decide(&limiter, &acme).await;
    let [window] = refused.windows() else { panic!("{refused:?}") };
    assert_eq!((window.used, window.remaining(), window.limit), (5, 0, RateLimit::per_minute(5)));
    let wait = refused.retry_after().unwrap();
    assert!(wait > Duration::from_secs(40) && wait <= Duration::from_secs(60), "{wait:?}");
    assert_eq!((wait, wait), (window.wait, window.next));
    assert_eq!((limiter.stats().admitted, limiter.stats().refused), (5, 46));
}

async fn thirty_two_at_once_are_never_more_than_the_limit(builder: impl Fn() -> RateLimiterBuilder) {
    let limiter = builder().limits([RateLimit::per_minute(100), RateLimit::per_hour(150)]).build().unwrap();
    let acme = plain("acme");
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let (limiter, acme) = (limiter.clone(), acme.clone());
            tokio::spawn(async move { admitted(&limiter, &acme, 10).await })
        })
        .collect();
    let mut passed = 0;
    for task in tasks {
        passed += task.await.unwrap().into_iter().filter(|admitted| *admitted).count();
    }
    assert_eq!(passed, 100, "of 320");
}

async fn a_window_slides(builder: impl Fn() -> RateLimiterBuilder) {
    let limiter = builder().limits([RateLimit::per_second(2)]).build().unwrap();
    let acme = plain("acme");
    let first = decide(&limiter, &acme).await.decided_at();
    tokio::time::sleep(Duration::from_millis(600)).await;
    let second = decide(&limiter, &acme).await.decided_at();
    let refused = decide(&limiter, &acme).await;
    if refused.is_admitted() {
        // A machine so slow that the first has gone meanwhile: there is nothing to look at.
        assert!(refused.decided_at() >= first + Duration::from_secs(1));
        return;
    }
    assert_eq!(refused.decided_at() + refused.retry_after().unwrap(), first + Duration::from_secs(1));
    tokio::time::sleep(refused.retry_after().unwrap() + Duration::from_millis(1)).await;
    let third = decide(&limiter, &acme).await;
    assert!(third.is_admitted(), "the first counts no more");
    let fourth = decide(&limiter, &acme).await;
    assert!(!fourth.is_admitted() || fourth.decided_at() >= second + Duration::from_secs(1));
}

/// None is charged if any refuses.
async fn several_windows_are_decided_together(builder: impl Fn() -> RateLimiterBuilder) {
    // Not so many in a second, or in an hour: what is in between says no.
    let limits = [RateLimit::new(20, 30), RateLimit::per_minute(3), RateLimit::per_hour(9)];
    let limiter = builder().limits(limits).build().unwrap();
    let acme = plain("acme");
    assert_eq!(admitted(&limiter, &acme, 6).await, [true, true, true, false, false, false]);
    let refused = decide(&limiter, &acme).await;
    let used: Vec<u32> = refused.windows().iter().map(|window| window.used).collect();
    assert_eq!(used, [3, 3, 3]);
    let waits: Vec<bool> = refused.windows().iter().map(|window| window.wait.is_zero()).collect();
    assert_eq!(waits, [true, false, true]);
}

/// Ids whose texts are part of each other, or of what a key looks like.
async fn tenants_share_nothing(builder: impl Fn() -> RateLimiterBuilder) {
    let limiter = builder().limits([RateLimit::per_minute(1)]).build().unwrap();
    let tenants: Vec<_> = ["a", "a-60", "a-default-60", "60", "default", "a_default"]
        .into_iter()
        .map(|id| {
            let new = tenancy::NewTenant::new("acme").unwrap().id(id.try_into().unwrap());
            let record = new.into_record(chrono::Utc::now(), tenancy::tenant::TenantStatus::Active);
            tenancy::Tenant::from_record(record.unwrap()).unwrap()
        })
        .collect();
    for tenant in &tenants {
        assert_eq!(admitted(&limiter, tenant, 2).await, [true, false], "{}", tenant.id());
    }
}

async fn limiters_of_other_names_share_nothing(builder: impl Fn() -> RateLimiterBuilder) {
    let acme = plain("acme");
    for name in ["default", "exports", "exports-60", "e"] {
        let limiter = builder().name(name).limits([RateLimit::per_minute(1)]).build().unwrap();
        assert_eq!(admitted(&limiter, &acme, 2).await, [true, false], "{name}");
    }
}

/// Above 1,000 requests share times.
async fn a_large_limit_is_held_too(builder: impl Fn() -> RateLimiterBuilder) {
    let limiter = builder().limits([RateLimit::per_minute(1_500)]).build().unwrap();
    let acme = plain("acme");
    let passed = admitted(&limiter, &acme, 1_510).await;
    assert_eq!(passed.iter().filter(|admitted| **admitted).count(), 1_500);
    assert_eq!(passed[1_500..], [false; 10]);
}

async fn a_lowered_limit_counts_what_was_before(_: impl Fn() -> RateLimiterBuilder) {
    // What counts is the store's, so both limiters need the same one.
    let prefix = prefix();
    let of = |requests| {
        RateLimiter::builder(shared(&prefix)).limits([RateLimit::per_minute(requests)]).build().unwrap()
    };
    let acme = plain("acme");
    assert_eq!(admitted(&of(10), &acme, 7).await, [true; 7]);
    let refused = decide(&of(5), &acme).await;
    assert!(!refused.is_admitted());
    assert_eq!((refused.windows()[0].used, refused.windows()[0].remaining()), (7, 0));
    assert_eq!(admitted(&of(8), &acme, 2).await, [true, false]);
    // And from where each has its own time to where many share one.
    assert_eq!(admitted(&of(2_000), &acme, 2).await, [true, true]);
    assert_eq!(decide(&of(10), &acme).await.windows()[0].used, 10);
}

async fn a_tenants_own_limit_comes_first(builder: impl Fn() -> RateLimiterBuilder) {
    let limiter = builder()
        .limits([RateLimit::per_minute(1)])
        .plan("free", [RateLimit::per_minute(2)])
        .plan_without_limits("internal")
        .when_unavailable(FailMode::Closed)
        .build()
        .unwrap();
    for (metadata, expected) in [
        (json!({}), 1),
        (json!({"plan": "free"}), 2),
        (json!({"plan": "internal"}), 10),
        (json!({"plan": "free", "rate_limit_per_minute": 4}), 4),
    ] {
        let acme = tenant("acme", metadata.clone());
        let passed = admitted(&limiter, &acme, 10).await.into_iter().filter(|admitted| *admitted).count();
        assert_eq!(passed, expected, "{metadata}");
    }
    let damaged = tenant("acme", json!({"rate_limit_per_minute": "many"}));
    let error = limiter.check(&damaged).await.unwrap_err();
    assert!(error.to_string().contains("rate_limit_per_minute"), "{error}");
}
