//! Rate limits: who counts, what happens when nobody can, and what a request is told.
#![allow(clippy::print_stdout, reason = "a test that measures says what")]

mod clock;
mod contract;
mod gate;
mod outage;
mod processes;
mod redis;
mod web;

use tenancy::limit::{RateDecision, RateLimitError, RateLimiter, RedisRateStore};
use tenancy::tenant::TenantStatus;
use tenancy::{NewTenant, Tenant};
use tenancy_tests::servers;
use tenancy_tests::world::unique_id;

/// A tenant of no registry, of an id that no other test has.
fn tenant(slug: &str, metadata: serde_json::Value) -> Tenant {
    let new = NewTenant::new(slug).unwrap().id(unique_id(slug)).metadata(metadata);
    Tenant::from_record(new.into_record(chrono::Utc::now(), TenantStatus::Active).unwrap()).unwrap()
}

fn plain(slug: &str) -> Tenant {
    tenant(slug, serde_json::json!({}))
}

/// What keys of this test begin with.
fn prefix() -> String {
    format!("test:{}", uuid::Uuid::now_v7().simple())
}

/// The tests' Redis, patient: the machine may be busy.
fn shared(prefix: &str) -> RedisRateStore {
    RedisRateStore::new(servers::redis())
        .unwrap()
        .prefix(prefix)
        .answers_within(std::time::Duration::from_secs(10))
}

/// The decision, whichever it is.
async fn decide(limiter: &RateLimiter, tenant: &Tenant) -> RateDecision {
    match limiter.check(tenant).await {
        Ok(decision) | Err(RateLimitError::Exceeded(decision)) => decision,
        Err(error) => panic!("{error}"),
    }
}

/// Whether so many requests, one after the other, are admitted.
async fn admitted(limiter: &RateLimiter, tenant: &Tenant, requests: usize) -> Vec<bool> {
    let mut admitted = Vec::new();
    for _ in 0..requests {
        admitted.push(decide(limiter, tenant).await.is_admitted());
    }
    admitted
}
